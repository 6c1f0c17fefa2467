import type { NamedUrl, Options } from './options'
import type { ClusterFacts, Pair, TargetFacts } from './run'
import { startLocal } from './targets/local'
import { openRemote } from './targets/remote'
import type { Target } from './targets/target'
import { LIMITS, TWIN_AA, TWIN_COMPARISONS, TWINS } from './twins'

/** What is compared, and how a target against itself is made. */
export interface Columns {
  /** In the order of the report's columns. */
  readonly names: readonly string[]
  readonly comparisons: readonly Pair[]
  readonly aa: Pair
  readonly aaMethod: string
  /** Opens all of them; those that are open when one fails are closed. */
  open(signal: AbortSignal, say: (line: string) => void): Promise<Map<string, Target>>
  /** Ends all of them and starts them anew; absent where they are not ours to start. */
  readonly renew?: (
    targets: ReadonlyMap<string, Target>,
    signal: AbortSignal,
  ) => Promise<Map<string, Target>>
  /** Where targets are in clusters, once they are open; `complete` is for the end. */
  readonly readClusters?: (signal: AbortSignal) => Promise<{
    readonly facts: readonly ClusterFacts[]
    readonly complete: () => Promise<readonly ClusterFacts[]>
  }>
}

/** The twins as processes of this machine. */
export function toTwins(
  { model, engine, decoder }: Pick<Options, 'model' | 'engine' | 'decoder'>,
  root: string,
): Columns {
  const settings = { MODEL: model, ENGINE: engine, DECODER: decoder }
  const open: Columns['open'] = (signal, say) =>
    openAll(
      TWINS.map((twin) => async () => {
        const env = { ...settings, ...twin.env }
        const target = await startLocal({ ...twin, env, root, limits: LIMITS, signal })
        say(`  ${twin.name}: ${toReadyWords(target.facts)}`)
        return [[twin.name, target]]
      }),
    )
  return {
    names: TWINS.map(({ name }) => name),
    comparisons: TWIN_COMPARISONS,
    aa: TWIN_AA,
    aaMethod: 'two processes of the container, each measured once in every block',
    open,
    async renew(targets, signal) {
      await closeAll(targets)
      return open(signal, () => undefined)
    },
  }
}

function toReadyWords({ engine, decoder, workers, startToReadyMs }: TargetFacts): string {
  const ready = `ready after ${Math.round(startToReadyMs ?? 0)} ms`
  if (engine === null) return `${ready}, loads its model at the first photo`
  return `${ready}, ${engine}, ${decoder ?? '?'}, ${workers ?? '?'} workers`
}

/** Two that run already; the second is measured twice in each block, as nobody else is there for A/A. */
export function toRemotes([one, other]: readonly [NamedUrl, NamedUrl]): Columns {
  const double = `${other.name} again`
  return {
    names: [one.name, other.name, double],
    comparisons: [{ a: one.name, b: other.name }],
    aa: { a: double, b: other.name },
    aaMethod: `${other.name} measured a second time in every block, so it is sent twice the requests`,
    open: (signal, say) =>
      openAll(
        [one, other].map(({ name, baseUrl }) => async () => {
          const target = await openRemote({ name, baseUrl, signal })
          say(`  ${name}: answers at ${baseUrl}`)
          const title = 'the same, measured a second time'
          const facts = { ...target.facts, name: double, title }
          return name === one.name
            ? [[name, target]]
            : [
                [name, target],
                [double, { ...target, facts }],
              ]
        }),
      ),
  }
}

type Opening = () => Promise<readonly (readonly [string, Target])[]>

/** Opens them one after the other; if one fails, those that are open are closed. */
export async function openAll(openings: readonly Opening[]): Promise<Map<string, Target>> {
  const open = new Map<string, Target>()
  try {
    // One after the other, so that each starts on an idle machine.
    for (const opening of openings)
      for (const [name, target] of await opening()) open.set(name, target)
    return open
  } catch (error) {
    await closeAll(open)
    throw error
  }
}

/** Stops them all. */
export async function closeAll(targets: ReadonlyMap<string, Target>): Promise<void> {
  await Promise.all([...targets.values()].map((target) => target.stop()))
}
