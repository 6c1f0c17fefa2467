import { request as httpsRequest } from 'node:https'
import { request as httpRequest } from 'node:http'
import type { RequestOptions } from 'node:https'
import type { KubeConfig, KubernetesObject as ClientObject } from '@kubernetes/client-node'
import { ClusterError, toClusterError } from './cluster-error'
import type { KubernetesObject } from './kubernetes-object'

/** A kind of objects. */
export interface Kind {
  readonly apiVersion: string
  readonly kind: string
}

/** A request to the API server that is none about objects. */
export interface RawRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** The API server's answer, whatever its status is. */
export interface RawResponse {
  readonly status: number
  readonly body: Buffer
}

/** The cluster of a kubeconfig; every method throws ClusterError, which names the object. */
export interface Cluster {
  readonly namespace: string
  readonly server: string
  /** Creates the object or makes it as it is said to be; what others have set besides stays. */
  apply(object: KubernetesObject): Promise<void>
  /** Undefined where there is none of this name. */
  read<T>(kind: Kind, name: string): Promise<T | undefined>
  /** Those with all of the labels; none also where the cluster does not know the kind. */
  list<T>(kind: Kind, labels: Readonly<Record<string, string>>): Promise<readonly T[]>
  /** Also where there is none. */
  remove(kind: Kind, name: string): Promise<void>
  send(request: RawRequest, timeoutMs: number): Promise<RawResponse>
}

const FIELD_MANAGER = 'serverless'
/** What the client calls the context that it makes up, of http://localhost:8080, where there is no kubeconfig. */
const OF_NOTHING = 'loaded-context'
const TIMEOUT_MS = 30_000

/**
 * Opens the cluster of KUBECONFIG, or of ~/.kube/config.
 *
 * @param namespace undefined: that of the kubeconfig's context
 * @throws ClusterError what is wrong with the kubeconfig
 */
export async function openCluster(namespace: string | undefined): Promise<Cluster> {
  const { KubeConfig, KubernetesObjectApi, PatchStrategy } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  const server = load(config)
  const objects = KubernetesObjectApi.makeApiClient(config)
  const used = namespace ?? config.getContextObject(config.currentContext)?.namespace ?? 'default'

  async function call<T>(what: string, calling: Promise<T>): Promise<T> {
    try {
      return await within(TIMEOUT_MS, calling)
    } catch (error) {
      throw toClusterError(error, what, { server })
    }
  }
  const describe = ({ kind }: Kind, name: string): string => `${kind} ${name} in ${used}`

  return {
    namespace: used,
    server,
    async apply(object) {
      const { metadata } = object
      await call(
        describe(object, metadata.name),
        objects.patch(
          object as ClientObject,
          undefined,
          undefined,
          FIELD_MANAGER,
          true,
          PatchStrategy.ServerSideApply,
        ),
      )
    },
    async read<T>(kind: Kind, name: string) {
      const header = { ...kind, metadata: { name, namespace: used } }
      return orNone(call(describe(kind, name), objects.read(header)), undefined) as Promise<
        T | undefined
      >
    },
    async list<T>(kind: Kind, labels: Readonly<Record<string, string>>) {
      const selector = Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(',')
      const { apiVersion, kind: word } = kind
      const listing = objects
        .list(apiVersion, word, used, undefined, undefined, undefined, undefined, selector)
        .then(({ items }) => items.map((item) => ({ ...kind, ...item })))
      return orNone(call(`${word}s in ${used}`, listing), []) as unknown as Promise<readonly T[]>
    },
    async remove(kind, name) {
      const header = { ...kind, metadata: { name, namespace: used } }
      const removing = objects.delete(
        header,
        undefined,
        undefined,
        undefined,
        undefined,
        'Background',
      )
      await orNone(call(describe(kind, name), removing), undefined)
    },
    send: (request, timeoutMs) => send(config, server, request, timeoutMs),
  }
}

/** The address of the API server. */
function load(config: KubeConfig): string {
  try {
    config.loadFromDefault()
  } catch (cause) {
    const file = process.env['KUBECONFIG'] ?? '~/.kube/config'
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ClusterError(`the kubeconfig ${file} cannot be used: ${reason}`, { cause })
  }
  if (config.currentContext === OF_NOTHING) {
    throw new ClusterError(
      'there is no kubeconfig: name one by KUBECONFIG, or put it into ~/.kube/config',
    )
  }
  const server = config.getCurrentCluster()?.server
  if (server !== undefined) return server
  const contexts = config.getContexts().map(({ name }) => name)
  throw new ClusterError(
    `the kubeconfig has no cluster for its context "${config.currentContext}"; it has: ${contexts.join(', ')}`,
  )
}

async function orNone<T, None>(calling: Promise<T>, none: None): Promise<T | None> {
  try {
    return await calling
  } catch (error) {
    if (error instanceof ClusterError && error.status === 404) return none
    throw error
  }
}

/** The client waits for ever for a server that takes a connection and says nothing. */
async function within<T>(timeoutMs: number, calling: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer in ${timeoutMs / 1000} s`))
    }, timeoutMs)
  })
  try {
    return await Promise.race([calling, late])
  } finally {
    clearTimeout(timer)
  }
}

/** With Node's own client, as the package's would make text of the answer. */
async function send(
  config: KubeConfig,
  server: string,
  { method, path, headers = {}, body }: RawRequest,
  timeoutMs: number,
): Promise<RawResponse> {
  const url = new URL(`${server.replace(/\/$/, '')}${path}`)
  const options: RequestOptions = { method, headers: { ...headers } }
  const open = url.protocol === 'http:' ? httpRequest : httpsRequest
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    await config.applyToHTTPSOptions(options)
    return await new Promise<RawResponse>((resolve, reject) => {
      const sent = open(url, { ...options, signal }, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
  } catch (error) {
    const what = `${method} ${path}`
    // Of a call to a function, it may be the function that is slow.
    if (signal.aborted) {
      throw new ClusterError(`${what}: no answer through ${server} in ${timeoutMs / 1000} s`)
    }
    throw toClusterError(error, what, { server })
  }
}
