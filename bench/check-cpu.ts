import { setTimeout } from 'node:timers/promises'
import type { CpuCheck } from './run'
import type { LateCpu, Target } from './targets/target'

/** Both counts of a target's CPU by now. */
interface Count {
  readonly target: string
  readonly at: number
  readonly cpuSeconds: number | null
  readonly late: LateCpu | null
}

const POLL_MS = 1_000
/** Several times the interval in which a kubelet counts. */
const WAIT_MS = 60_000

/**
 * Begins to check the CPU that targets tell of themselves against who counts it late. Nothing may be loaded while it
 * begins or ends, which takes some 20 s each.
 *
 * @param startedAt of the run, `performance.now()`
 * @returns what ends it; undefined: nobody counts late
 */
export async function startCpuChecks(
  targets: ReadonlyMap<string, Target>,
  { startedAt, signal }: { readonly startedAt: number; readonly signal: AbortSignal },
): Promise<(() => Promise<readonly CpuCheck[]>) | undefined> {
  const counted = [...targets].filter(([, { readLateCpu }]) => readLateCpu !== undefined)
  if (counted.length === 0) return undefined
  const before = await countAll(counted, signal)
  return async () => {
    const after = await countAll(counted, signal)
    return after.map((end, index): CpuCheck => {
      const start = before[index] ?? end
      return {
        target: end.target,
        duration: (end.at - start.at) / 1000,
        endedAt: end.at - startedAt,
        cpuSeconds: subtract(end.cpuSeconds, start.cpuSeconds),
        lateCpuSeconds: subtract(end.late?.seconds ?? null, start.late?.seconds ?? null),
      }
    })
  }
}

const countAll = (
  targets: readonly (readonly [string, Target])[],
  signal: AbortSignal,
): Promise<readonly Count[]> =>
  Promise.all(
    targets.map(async ([name, target]) => ({
      target: name,
      at: performance.now(),
      cpuSeconds: await target.readCpuSeconds(),
      late: await readFresh(target, signal),
    })),
  )

/** The first count after the one that there is; null where it does not come. A check that fails is no reason to stop. */
async function readFresh({ readLateCpu }: Target, signal: AbortSignal): Promise<LateCpu | null> {
  const read = async (): Promise<LateCpu | null> =>
    (await readLateCpu?.().catch(() => null)) ?? null
  let first = await read()
  const deadline = performance.now() + WAIT_MS
  while (performance.now() < deadline) {
    await setTimeout(POLL_MS, undefined, { signal })
    const next = await read()
    if (next !== null && first !== null && next.at > first.at) return next
    first ??= next
  }
  return null
}

const subtract = (after: number | null, before: number | null): number | null =>
  after === null || before === null ? null : Math.round((after - before) * 1e6) / 1e6
