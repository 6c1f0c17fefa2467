import type { Columns } from '../open-targets'
import { openAll } from '../open-targets'
import type { TargetFacts } from '../run'
import type { Cluster } from './cluster'
import { AA, AA_METHOD, COMPARED, COMPARED_MANIFESTS, COMPARISONS } from './compared'
import type { ClusterName } from './compared'
import { openClusters } from './open-clusters'
import { openPod } from './pod'
import { readClusters } from './read-clusters'

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
      const manifests = COMPARED_MANIFESTS
      const byName = await openClusters({ kubeconfigs, deploy, manifests, root, signal, say })
      clusters = Object.values(byName)
      return openAll(
        COMPARED.map((compared) => async () => {
          const cluster = byName[compared.cluster]
          const target = await openPod({ ...compared, cluster, signal })
          say(`  ${compared.name}: ${toWords(target.facts)}`)
          return [[compared.name, target]]
        }),
      )
    },
    readClusters: (signal) => readClusters(clusters, signal),
  }
}

const toWords = ({ engine, decoder, workers, reachedBy }: TargetFacts): string =>
  `${engine ?? '?'}, ${decoder ?? '?'}, ${workers ?? '?'} workers, ${reachedBy ?? ''}`
