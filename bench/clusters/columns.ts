import type { Columns } from '../open-targets'
import { openAll } from '../open-targets'
import type { ClusterFacts, TargetFacts } from '../run'
import { openCluster } from './cluster'
import type { Cluster } from './cluster'
import { AA, AA_METHOD, COMPARED, COMPARISONS } from './compared'
import type { ClusterName } from './compared'
import { deployCompared } from './deploy'
import { parseQuantity } from './quantity'
import { openPod } from './pod'

interface ColumnsOptions {
  readonly kubeconfigs: Readonly<Record<ClusterName, string>>
  /** Undefined: what is there is compared. */
  readonly deploy: { readonly settings: Readonly<Record<string, string>> } | undefined
  /** The project's folder. */
  readonly root: string
}

/** The twins in two clusters. */
export function toClusterColumns({ kubeconfigs, deploy, root }: ColumnsOptions): Columns {
  let clusters: readonly Cluster[] = []
  return {
    names: COMPARED.map(({ name }) => name),
    comparisons: COMPARISONS,
    aa: AA,
    aaMethod: AA_METHOD,
    async open(signal, say) {
      const kubeless = await openCluster('kubeless', kubeconfigs.kubeless)
      const kubernetes = await openCluster('kubernetes', kubeconfigs.kubernetes)
      const byName = { kubeless, kubernetes }
      if (deploy !== undefined) {
        say('deploying what is compared')
        await deployCompared(byName, { ...deploy, root, signal, say })
      }
      clusters = [kubeless, kubernetes]
      return openAll(
        COMPARED.map((compared) => async () => {
          const cluster = byName[compared.cluster]
          const target = await openPod({ ...compared, cluster, signal })
          say(`  ${compared.name}: ${toWords(target.facts)}`)
          return [[compared.name, target]]
        }),
      )
    },
    readClusters: () => Promise.all(clusters.map(toClusterFacts)),
    readClusterCpuSeconds: async () =>
      Object.fromEntries(
        await Promise.all(
          clusters.map(async (cluster) => [cluster.name, await readCpuSeconds(cluster)] as const),
        ),
      ),
  }
}

const toWords = ({ engine, decoder, workers, reachedBy }: TargetFacts): string =>
  `${engine ?? '?'}, ${decoder ?? '?'}, ${workers ?? '?'} workers, ${reachedBy ?? ''}`

/** Of all nodes: their own programs, Kubernetes and every pod; null where a kubelet does not say. */
async function readCpuSeconds(cluster: Cluster): Promise<number | null> {
  const nodes = await cluster.listNodes()
  const counts = await Promise.all(
    nodes.map(async ({ metadata }) => {
      const { node } = await cluster.readSummary(metadata.name)
      return node?.cpu?.usageCoreNanoSeconds
    }),
  )
  return counts.reduce<number | null>(
    (sum, count) => (sum === null || count === undefined ? null : sum + count / 1e9),
    0,
  )
}

async function toClusterFacts(cluster: Cluster): Promise<ClusterFacts> {
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
