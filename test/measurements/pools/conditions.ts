/** Photos that one message takes to a thread of ours, as served (MAX_BATCH). */
export const MAX_BATCH = 4

/** What the photos go through, and how a report calls it. */
export const POOLS = {
  ours: `ours, up to ${MAX_BATCH} photos a message`,
  oursOne: 'ours, one photo a message',
  cloned: 'piscina, photos cloned',
  transferred: 'piscina, photos transferred',
  none: 'no pool',
} as const
export type PoolName = keyof typeof POOLS

/** What the threads do with a photo, and how a report calls it. */
export const WORKS = {
  classify: 'decode + predict',
  idle: 'nothing',
} as const
export type Work = keyof typeof WORKS

/** What a pool is to do. */
export interface Load {
  readonly work: Work
  readonly threads: number
  /** The fixture's name. */
  readonly photo: string
  /** Measured ones; half as many come before them. */
  readonly photos: number
}

/** One cell: a pool under a load. */
export interface Condition extends Load {
  readonly pool: PoolName
}

/** Photos on their way at once: more than a message takes, so that some always wait. */
export const AT_ONCE_PER_THREAD = 10

const SMALL = 'small-1.jpg'
const LARGE = 'large.jpg'

const LOADS: readonly Omit<Load, 'threads'>[] = [
  { work: 'classify', photo: SMALL, photos: 1000 },
  { work: 'idle', photo: SMALL, photos: 10_000 },
  // Predicting 12 MP takes so long that the way to the thread would not be seen beside it.
  { work: 'idle', photo: LARGE, photos: 400 },
]

/** A block's conditions in their order: load by load, in each of them with another pool first than in the block before. */
export const toSchedule = (block: number): readonly Condition[] =>
  LOADS.flatMap((load) =>
    [1, 2].flatMap((threads) =>
      rotate(poolsFor(load.work), block).map((pool) => ({ pool, threads, ...load })),
    ),
  )

/** Where threads have no work, what is there without any pool tells how much of the rest is the pool's. */
const poolsFor = (work: Work): readonly PoolName[] =>
  (Object.keys(POOLS) as PoolName[]).filter((pool) => pool !== 'none' || work === 'idle')

const rotate = <Value>(values: readonly Value[], by: number): readonly Value[] =>
  values.map((_, i) => values[(i + by) % values.length]!)
