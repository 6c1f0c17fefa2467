import { join } from 'node:path'
import { TargetError } from '../targets/target'
import type { Cluster } from './cluster'
import type { ClusterName, Manifests } from './compared'
import { runCommand } from './run-command'

interface DeployOptions {
  readonly manifests: Manifests
  /** The project's folder. */
  readonly root: string
  /** MODEL, ENGINE and DECODER. */
  readonly settings: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** What of a manifest is changed. */
interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
      readonly spec: { readonly containers: readonly { readonly env?: readonly object[] }[] }
    }
  }
}

const ROLLOUT_TIMEOUT = '180s'

/**
 * Deploys what is measured onto both clusters, with these settings, and starts all of it anew: what runs already may
 * have run for long.
 *
 * @throws TargetError if kubectl or serverless fails, with what it said
 */
export async function deployTwins(
  clusters: Readonly<Record<ClusterName, Cluster>>,
  options: DeployOptions,
): Promise<void> {
  const { manifests, say } = options
  for (const [name, cluster] of Object.entries(clusters)) {
    for (const kustomization of manifests.kustomizations[name as ClusterName]) {
      say(`  ${name}: ${kustomization}`)
      await applyKustomization(cluster, kustomization, options)
    }
  }
  say(`  kubeless: functions/kubeless/${manifests.serverless}`)
  await deployFunctions(clusters.kubeless, options)
}

async function applyKustomization(
  cluster: Cluster,
  kustomization: string,
  { root, settings, signal }: DeployOptions,
): Promise<void> {
  const kubectl = (args: readonly string[], input?: string): Promise<string> =>
    runCommand('kubectl', args, {
      ...{ cwd: root, signal, env: { KUBECONFIG: cluster.kubeconfig } },
      ...(input !== undefined && { input }),
    })
  const { loadAllYaml } = await import('@kubernetes/client-node')
  const text = await kubectl(['kustomize', join(root, kustomization)])
  const manifests = (loadAllYaml(text) as Manifest[]).map((manifest) =>
    manifest.kind === 'Deployment' ? withSettings(manifest, settings) : manifest,
  )
  const list = { apiVersion: 'v1', kind: 'List', items: manifests }
  await kubectl(['apply', '--filename', '-'], JSON.stringify(list))
  const deployment = manifests.find(({ kind }) => kind === 'Deployment')
  if (deployment === undefined) throw new TargetError(`${kustomization} has no Deployment`)
  const what = `deployment/${deployment.metadata.name}`
  await kubectl(['rollout', 'status', what, '--timeout', ROLLOUT_TIMEOUT])
}

/** The time makes it another pod than before. */
function withSettings(manifest: Manifest, settings: Readonly<Record<string, string>>): Manifest {
  const { template } = manifest.spec
  const env = Object.entries(settings).map(([name, value]) => ({ name, value }))
  const containers = template.spec.containers.map((container) => ({
    ...container,
    env: [...(container.env ?? []), ...env],
  }))
  const annotations = {
    ...template.metadata.annotations,
    'photo-twin/deployed-at': new Date().toISOString(),
  }
  const changed = {
    ...template,
    metadata: { ...template.metadata, annotations },
    spec: { ...template.spec, containers },
  }
  return { ...manifest, spec: { ...manifest.spec, template: changed } }
}

async function deployFunctions(
  { kubeconfig }: Cluster,
  { manifests, root, settings, signal, say }: DeployOptions,
): Promise<void> {
  const serverless = join(root, 'node_modules', '.bin', 'serverless')
  await runCommand(serverless, ['deploy', '--config', manifests.serverless], {
    cwd: join(root, 'functions', 'kubeless'),
    env: { ...settings, KUBECONFIG: kubeconfig, DEPLOYED_AT: new Date().toISOString() },
    signal,
    onLine: (line) => {
      say(`    ${line}`)
    },
  })
}
