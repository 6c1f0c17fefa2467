import { medianInterval } from '../../../bench/statistics/median'
import type { Estimate } from '../estimate'
import type { Condition } from './conditions'

/** What a condition took in one block. */
export interface Cost {
  /** Of the whole process, a photo. */
  readonly cpuMs: number
  readonly photosPerSecond: number
}

/** One condition in one block, measured in a process of its own. */
export interface Trial extends Condition, Cost {}

/** A condition over all blocks. */
export interface Row extends Condition {
  readonly cpuMs: Estimate
  /** Of its CPU time to that of our pool as served in the same block. */
  readonly ratio: Estimate
  readonly photosPerSecond: Estimate
}

/** @returns a row a condition, in the order of the first block */
export function summarise(blocks: readonly (readonly Trial[])[]): readonly Row[] {
  const [first = []] = blocks
  return first.map(({ pool, work, threads, photo, photos }) => {
    const condition = { pool, work, threads, photo, photos }
    const estimate = (of: (trial: Trial, ours: Trial) => number): Estimate =>
      medianInterval(
        blocks.map((trials) =>
          of(find(trials, condition), find(trials, { ...condition, pool: 'ours' })),
        ),
      )
    return {
      ...condition,
      cpuMs: estimate(({ cpuMs }) => cpuMs),
      ratio: estimate(({ cpuMs }, ours) => cpuMs / ours.cpuMs),
      photosPerSecond: estimate(({ photosPerSecond }) => photosPerSecond),
    }
  })
}

/** @throws Error where a block is without it */
function find(trials: readonly Trial[], { pool, work, threads, photo }: Condition): Trial {
  const found = trials.find(
    (trial) =>
      trial.pool === pool &&
      trial.work === work &&
      trial.threads === threads &&
      trial.photo === photo,
  )
  if (found === undefined) throw new Error(`a block has no ${pool}, ${work}, ${threads}, ${photo}`)
  return found
}
