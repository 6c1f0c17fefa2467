import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { skipUnless } from '../../helpers/optional'
import { output, run } from './run'
import type { Ended } from './run'
import { until } from './until'

/** A namespace of a real cluster, for the tests of one `describe`. */
export interface Namespace {
  readonly name: string
  /** Of this namespace: what uses it without naming another one works in it. */
  readonly kubeconfig: string
  /** @throws Error with what kubectl wrote, unless it succeeds */
  readonly kubectl: (...args: readonly string[]) => Promise<string>
  readonly tryKubectl: (...args: readonly string[]) => Promise<Ended>
  /** What `kubectl get` says as JSON. */
  readonly get: <T>(...args: readonly string[]) => Promise<T>
  /** Applies an object. */
  readonly apply: (object: object) => Promise<void>
  /** Where a Service is reached on a port of the node, once it answers there. */
  readonly urlOf: (service: string, readyPath?: string) => Promise<string>
}

/** Which of the two: KUBECONFIG_KUBELESS and KUBECONFIG_KUBERNETES name their kubeconfigs. */
export type ClusterName = 'kubeless' | 'kubernetes'

interface Nodes {
  readonly items: readonly {
    readonly status: {
      readonly addresses: readonly { readonly type: string; readonly address: string }[]
    }
  }[]
}

/** Makes a namespace before the tests of a `describe`, and removes it after them; they are skipped without the cluster. */
export function useNamespace(cluster: ClusterName, name: string): () => Namespace {
  let folder: string | undefined
  let namespace: Namespace | undefined
  before(async function () {
    this.timeout(120_000)
    const variable = `KUBECONFIG_${cluster.toUpperCase()}`
    const kubeconfig = process.env[variable]
    skipUnless(this, kubeconfig === undefined ? `${variable} is not set` : undefined)
    folder = await mkdtemp(join(tmpdir(), 'photo-twin-cluster-'))
    const own = join(folder, 'kubeconfig')
    await copyFile(kubeconfig ?? '', own)
    namespace = open(name, own)
    await removeNamespace(namespace)
    await namespace.kubectl('create', 'namespace', name)
    await namespace.kubectl('config', 'set-context', '--current', '--namespace', name)
  })
  after(async function () {
    this.timeout(120_000)
    if (folder === undefined) return
    if (namespace) await removeNamespace(namespace)
    await rm(folder, { recursive: true })
  })
  return () => {
    if (namespace === undefined) throw new Error(`the namespace ${name} is made before the tests`)
    return namespace
  }
}

const removeNamespace = ({ kubectl, name }: Namespace): Promise<string> =>
  kubectl('delete', 'namespace', name, '--ignore-not-found', '--timeout', '90s')

function open(name: string, kubeconfig: string): Namespace {
  const toArgs = (args: readonly string[]) => ['--kubeconfig', kubeconfig, ...args]
  const kubectl = (...args: readonly string[]) => output('kubectl', toArgs(args))
  const get = async <T>(...args: readonly string[]): Promise<T> =>
    JSON.parse(await kubectl('get', ...args, '--output', 'json')) as T
  return {
    name,
    kubeconfig,
    kubectl,
    get,
    tryKubectl: (...args) => run('kubectl', toArgs(args)),
    async apply(object) {
      await output('kubectl', toArgs(['apply', '--filename', '-']), {
        input: JSON.stringify(object),
      })
    },
    async urlOf(service, readyPath = '/readyz') {
      const { spec } = await get<{
        readonly spec: { readonly ports: readonly { readonly nodePort: number }[] }
      }>('service', service)
      const { items } = await get<Nodes>('nodes')
      const addresses = items.flatMap(({ status }) => status.addresses)
      const node = addresses.find(({ type }) => type === 'InternalIP')?.address ?? ''
      const url = `http://${node}:${String(spec.ports[0]?.nodePort)}`
      // kube-proxy hears of a Service a little later.
      await until(`${url} to answer`, async () => (await fetch(url + readyPath)).ok || undefined)
      return url
    },
  }
}
