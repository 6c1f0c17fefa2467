import type { Columns } from '../open-targets'
import { closeAll, openAll } from '../open-targets'
import type { TargetFacts } from '../run'
import type { Target } from '../targets/target'
import type { Cluster } from './cluster'
import { AA, AA_METHOD, COMPARED, COMPARED_MANIFESTS, COMPARISONS } from './compared'
import type { ClusterName, Compared } from './compared'
import { openClusters } from './open-clusters'
import { openPod } from './pod'
import { readClusters } from './read-clusters'
import { renewPods } from './scale-pods'

interface ColumnsOptions {
  readonly kubeconfigs: Readonly<Record<ClusterName, string>>
  /** Undefined: what is there is compared. */
  readonly deploy: { readonly settings: Readonly<Record<string, string>> } | undefined
  /** The project's folder. */
  readonly root: string
}

/** The twins in two clusters. */
export function toClusterColumns({ kubeconfigs, deploy, root }: ColumnsOptions): Columns {
  let pods: readonly (Compared & { readonly cluster: Cluster })[] = []
  let clusters: readonly Cluster[] = []
  const open = (signal: AbortSignal, seeks: ReadonlySet<string>): Promise<Map<string, Target>> =>
    openAll(
      pods.map((pod) => async () => {
        const target = await openPod({ ...pod, signal, seeksDirectUrl: seeks.has(pod.name) })
        return [[pod.name, target]]
      }),
    )
  return {
    names: COMPARED.map(({ name }) => name),
    comparisons: COMPARISONS,
    aa: AA,
    aaMethod: AA_METHOD,
    async open(signal, say) {
      const manifests = COMPARED_MANIFESTS
      const byName = await openClusters({ kubeconfigs, deploy, manifests, root, signal, say })
      clusters = Object.values(byName)
      pods = COMPARED.map((compared) => ({ ...compared, cluster: byName[compared.cluster] }))
      const targets = await open(signal, new Set(pods.map(({ name }) => name)))
      for (const [name, target] of targets) say(`  ${name}: ${toWords(target.facts)}`)
      return targets
    },
    async renew(targets, signal) {
      const reached = [...targets].filter(([, { directUrl }]) => directUrl !== undefined)
      await closeAll(targets)
      await renewPods(
        await Promise.all(
          pods.map(async (pod) => {
            const service = await pod.cluster.readService(pod.service)
            return { ...pod, selector: service?.spec.selector ?? {}, signal }
          }),
        ),
      )
      return open(signal, new Set(reached.map(([name]) => name)))
    },
    readClusters: (signal) => readClusters(clusters, signal),
  }
}

const toWords = ({ engine, decoder, workers, reachedBy }: TargetFacts): string =>
  `${engine ?? '?'}, ${decoder ?? '?'}, ${workers ?? '?'} workers, ${reachedBy ?? ''}`
