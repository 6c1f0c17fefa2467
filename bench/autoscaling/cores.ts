import type { Sample } from './run'

/** What a pod used from one count of its kubelet to the next, by the load's clock. */
interface Use {
  /** s */
  readonly from: number
  readonly to: number
  /** CPU seconds a second. */
  readonly cores: number
}

/**
 * CPU of all pods at a time of the load. A kubelet counts a pod every ten seconds or so, each pod at another time: a
 * difference from row to row would be of other times than the rows.
 *
 * @returns null before the first and after the last time that is known
 */
export function toCores(rows: readonly Sample[]): (at: number) => number | null {
  const lead = toLead(rows)
  const names = [...new Set(rows.flatMap(({ pods }) => pods.map(({ name }) => name)))]
  const uses = names.flatMap((name) => toUses(name, rows, lead))
  return (at) => {
    const now = uses.filter(({ from, to }) => from < at && at <= to)
    if (now.length === 0) return null
    return Math.round(now.reduce((sum, { cores }) => sum + cores, 0) * 1000) / 1000
  }
}

/** How much the node's clock is ahead of the load's, s: by the freshest count, which was of just then. */
const toLead = (rows: readonly Sample[]): number =>
  rows.reduce((most, { at, pods }) => {
    const newest = Math.max(...pods.map(({ countedAt }) => countedAt ?? Number.NEGATIVE_INFINITY))
    return Math.max(most, newest / 1000 - at)
  }, Number.NEGATIVE_INFINITY)

function toUses(name: string, rows: readonly Sample[], lead: number): readonly Use[] {
  const uses: Use[] = []
  let last: { readonly countedAt: number; readonly cpuSeconds: number } | undefined
  for (const { pods } of rows) {
    const { countedAt = null, cpuSeconds = null } = pods.find((pod) => pod.name === name) ?? {}
    if (countedAt === null || cpuSeconds === null || countedAt === last?.countedAt) continue
    if (last !== undefined && countedAt > last.countedAt) {
      const seconds = (countedAt - last.countedAt) / 1000
      const [from, to] = [last.countedAt / 1000 - lead, countedAt / 1000 - lead]
      uses.push({ from, to, cores: (cpuSeconds - last.cpuSeconds) / seconds })
    }
    last = { countedAt, cpuSeconds }
  }
  return uses
}
