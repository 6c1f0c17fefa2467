import { setTimeout } from 'node:timers/promises'
import type { ClusterFacts } from '../run'
import type { Cluster } from './cluster'
import { parseQuantity } from './quantity'

/** A kubelet counts its node's CPU every ten seconds or so, and tells when it did. */
const IDLE_MS = 15_000
const POLL_MS = 1_000
const WAIT_MS = 60_000

/** CPU of a cluster's nodes by then. */
interface CpuCount {
  readonly seconds: number
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
      const before = await readCpu(cluster)
      const after = await readCpuLater(cluster, before, signal)
      const cores = { idle: toCores(before, after), measuring: null }
      return { cluster, facts: { ...(await toFacts(cluster)), cores }, after }
    }),
  )
  return {
    facts: known.map(({ facts }) => facts),
    complete: () =>
      Promise.all(
        known.map(async ({ cluster, facts, after }) => {
          const measuring = toCores(after, await readCpu(cluster))
          return { ...facts, cores: { ...facts.cores, measuring } }
        }),
      ),
  }
}

const toCores = (before: CpuCount | null, after: CpuCount | null): number | null =>
  before === null || after === null || after.at <= before.at
    ? null
    : ((after.seconds - before.seconds) * 1000) / (after.at - before.at)

/** Of all nodes; null where a kubelet does not say. */
async function readCpu(cluster: Cluster): Promise<CpuCount | null> {
  const nodes = await cluster.listNodes()
  const counts = await Promise.all(
    nodes.map(async ({ metadata }) => (await cluster.readSummary(metadata.name)).node?.cpu),
  )
  let seconds = 0
  let at = Number.POSITIVE_INFINITY
  for (const count of counts) {
    if (count?.usageCoreNanoSeconds === undefined || count.time === undefined) return null
    seconds += count.usageCoreNanoSeconds / 1e9
    at = Math.min(at, Date.parse(count.time))
  }
  return counts.length === 0 ? null : { seconds, at }
}

/** Once the count is of enough later. */
async function readCpuLater(
  cluster: Cluster,
  before: CpuCount | null,
  signal: AbortSignal,
): Promise<CpuCount | null> {
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const count = await readCpu(cluster)
    if (before === null || count === null) return null
    if (count.at - before.at >= IDLE_MS || performance.now() > deadline) return count
    await setTimeout(POLL_MS, undefined, { signal })
  }
}

async function toFacts(cluster: Cluster): Promise<Omit<ClusterFacts, 'cores'>> {
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
