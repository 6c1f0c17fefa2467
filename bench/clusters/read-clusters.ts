import { setTimeout } from 'node:timers/promises'
import type { ClusterFacts } from '../run'
import type { Cluster } from './cluster'
import { parseQuantity } from './quantity'

/** A kubelet counts its node's CPU every ten seconds or so, and tells when it did. */
const IDLE_MS = 15_000
const POLL_MS = 1_000
const WAIT_MS = 60_000

/** What a cluster's nodes have used by then. */
interface Count {
  readonly cpuSeconds: number
  readonly memoryBytes: number | null
  /** ms, by the node's clock. */
  readonly at: number
}

/**
 * What clusters are, and how much CPU they use without load; takes some 20 seconds.
 *
 * @returns facts by now, and what completes them after the measurement
 */
export async function readClusters(
  clusters: readonly Cluster[],
  signal: AbortSignal,
): Promise<{
  readonly facts: readonly ClusterFacts[]
  readonly complete: () => Promise<readonly ClusterFacts[]>
}> {
  const known = await Promise.all(
    clusters.map(async (cluster) => {
      const before = await readCount(cluster)
      const after = await readCountLater(cluster, before, signal)
      const cores = { idle: toCores(before, after), measuring: null }
      const usedMemoryBytes = { idle: after?.memoryBytes ?? null, end: null }
      return { cluster, facts: { ...(await toFacts(cluster)), cores, usedMemoryBytes }, after }
    }),
  )
  return {
    facts: known.map(({ facts }) => facts),
    complete: () =>
      Promise.all(
        known.map(async ({ cluster, facts, after }) => {
          const end = await readCount(cluster)
          const { cores, usedMemoryBytes } = facts
          return {
            ...facts,
            cores: { ...cores, measuring: toCores(after, end) },
            usedMemoryBytes: { ...usedMemoryBytes, end: end?.memoryBytes ?? null },
          }
        }),
      ),
  }
}

const toCores = (before: Count | null, after: Count | null): number | null =>
  before === null || after === null || after.at <= before.at
    ? null
    : ((after.cpuSeconds - before.cpuSeconds) * 1000) / (after.at - before.at)

/** Of all nodes; null where a kubelet does not say. */
async function readCount(cluster: Cluster): Promise<Count | null> {
  const nodes = await cluster.listNodes()
  const counts = await Promise.all(
    nodes.map(async ({ metadata }) => (await cluster.readSummary(metadata.name)).node),
  )
  let [cpuSeconds, memoryBytes, at] = [0, 0, Number.POSITIVE_INFINITY]
  for (const count of counts) {
    const { usageCoreNanoSeconds, time } = count?.cpu ?? {}
    if (usageCoreNanoSeconds === undefined || time === undefined) return null
    cpuSeconds += usageCoreNanoSeconds / 1e9
    memoryBytes += count?.memory?.workingSetBytes ?? Number.NaN
    at = Math.min(at, Date.parse(time))
  }
  if (counts.length === 0) return null
  return { cpuSeconds, memoryBytes: Number.isNaN(memoryBytes) ? null : memoryBytes, at }
}

/** Once the count is of enough later. */
async function readCountLater(
  cluster: Cluster,
  before: Count | null,
  signal: AbortSignal,
): Promise<Count | null> {
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const count = await readCount(cluster)
    if (before === null || count === null) return null
    if (count.at - before.at >= IDLE_MS || performance.now() > deadline) return count
    await setTimeout(POLL_MS, undefined, { signal })
  }
}

async function toFacts(cluster: Cluster): Promise<Omit<ClusterFacts, 'cores' | 'usedMemoryBytes'>> {
  const nodes = await cluster.listNodes()
  return {
    name: cluster.name,
    kubernetes: await cluster.readVersion(),
    nodes: nodes.map(({ metadata, status }) => ({
      cpus: parseQuantity(status.capacity.cpu) ?? null,
      memoryBytes: parseQuantity(status.capacity.memory) ?? null,
      kernel: status.nodeInfo.kernelVersion,
      containerRuntime: status.nodeInfo.containerRuntimeVersion,
      minikubeDriver: metadata.labels?.['photo-twin/minikube-driver'] ?? null,
    })),
  }
}
