import { openCluster } from './cluster'
import type { Cluster } from './cluster'
import type { ClusterName, Manifests } from './compared'
import { deployTwins } from './deploy'

interface OpenOptions {
  readonly kubeconfigs: Readonly<Record<ClusterName, string>>
  /** Undefined: what is there is taken. */
  readonly deploy: { readonly settings: Readonly<Record<string, string>> } | undefined
  readonly manifests: Manifests
  /** The project's folder. */
  readonly root: string
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/**
 * Opens both clusters and, where that is asked for, deploys the twins onto them.
 *
 * @throws TargetError what is wrong with a kubeconfig, or what deploying failed with
 */
export async function openClusters({
  kubeconfigs,
  deploy,
  ...context
}: OpenOptions): Promise<Readonly<Record<ClusterName, Cluster>>> {
  const kubeless = await openCluster('kubeless', kubeconfigs.kubeless)
  const kubernetes = await openCluster('kubernetes', kubeconfigs.kubernetes)
  const clusters = { kubeless, kubernetes }
  if (deploy !== undefined) {
    context.say('deploying the twins')
    await deployTwins(clusters, { ...deploy, ...context })
  }
  return clusters
}
