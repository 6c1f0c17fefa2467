import { Agent, request } from 'node:https'
import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { TargetError } from '../targets/target'
import type { Node, Pod, Service, Summary } from './observed-objects'

/** A cluster as its kubeconfig leads to it. Every method throws TargetError, which names the cluster and the object. */
export interface Cluster {
  /** As the command line calls it. */
  readonly name: string
  readonly kubeconfig: string
  /** That of the kubeconfig's context. */
  readonly namespace: string
  /** Undefined where there is none. */
  readService(name: string): Promise<Service | undefined>
  readPod(name: string): Promise<Pod | undefined>
  listPods(labels: Readonly<Record<string, string>>): Promise<readonly Pod[]>
  listNodes(): Promise<readonly Node[]>
  /** The first lines that a container wrote. */
  readLogStart(pod: string, container: string): Promise<string>
  /** What a node's kubelet has counted by now. */
  readSummary(node: string): Promise<Summary>
  /** Such as `v1.21.14`. */
  readVersion(): Promise<string>
}

/** Several times what a program writes until it is ready. */
const LOG_START_BYTES = 256 * 1024
const TIME_LIMIT_MS = 10_000

/**
 * Opens the cluster of a kubeconfig.
 *
 * @param name what it is called in messages
 * @throws TargetError what is wrong with the kubeconfig
 */
export async function openCluster(name: string, kubeconfig: string): Promise<Cluster> {
  const config = await load(name, kubeconfig)
  const namespace = config.getContextObject(config.currentContext)?.namespace ?? 'default'
  const read = await createReader(config)
  const own = `/api/v1/namespaces/${namespace}`

  /** @returns undefined for 404 */
  async function ask(what: string, path: string): Promise<string | undefined> {
    const { status, text } = await read(path).catch((cause: unknown) => {
      throw new TargetError(`cluster ${name}, ${what}: ${toReason(cause)}`, { cause })
    })
    if (status === 404) return undefined
    if (status === 200) return text
    throw new TargetError(
      `cluster ${name}, ${what}: ${readMessage(text) ?? `it answers ${status}`}`,
    )
  }
  const find = async <T>(what: string, path: string): Promise<T | undefined> => {
    const text = await ask(what, path)
    return text === undefined ? undefined : (JSON.parse(text) as T)
  }
  const demand = async <T>(what: string, path: string): Promise<T> => {
    const found = await find<T>(what, path)
    if (found !== undefined) return found
    throw new TargetError(`cluster ${name}, ${what}: there is no such thing`)
  }
  return {
    name,
    kubeconfig,
    namespace,
    readService: (service) => find(`Service ${service}`, `${own}/services/${service}`),
    readPod: (pod) => find(`Pod ${pod}`, `${own}/pods/${pod}`),
    async listPods(labels) {
      const selector = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
      const query = new URLSearchParams({ labelSelector: selector.join() })
      const list = await demand<{
        items: readonly Pod[]
      }>(`Pods of ${selector.join()}`, `${own}/pods?${String(query)}`)
      return list.items
    },
    listNodes: async () =>
      (await demand<{ items: readonly Node[] }>('Nodes', '/api/v1/nodes')).items,
    async readLogStart(pod, container) {
      const query = new URLSearchParams({ container, limitBytes: String(LOG_START_BYTES) })
      return (await ask(`log of ${pod}`, `${own}/pods/${pod}/log?${String(query)}`)) ?? ''
    },
    // The kubelet's counts of other things are older.
    readSummary: (node) =>
      demand(
        `summary of node ${node}`,
        `/api/v1/nodes/${node}/proxy/stats/summary?only_cpu_and_memory=true`,
      ),
    readVersion: async () =>
      (await demand<{ gitVersion: string }>('version', '/version')).gitVersion,
  }
}

async function load(name: string, kubeconfig: string): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    config.loadFromFile(kubeconfig)
  } catch (cause) {
    throw new TargetError(`the kubeconfig of ${name} cannot be used: ${toReason(cause)}`, { cause })
  }
  const server = config.getCurrentCluster()?.server
  if (server?.startsWith('https:') === true) return config
  throw new TargetError(
    `the kubeconfig of ${name} has no cluster of https for its context "${config.currentContext}"`,
  )
}

type Reader = (path: string) => Promise<{ readonly status: number; readonly text: string }>

/** On connections that are kept: a handshake before each trial would cost its cluster some ms. */
async function createReader(config: KubeConfig): Promise<Reader> {
  const server = config.getCurrentCluster()?.server ?? ''
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const { ca, cert, key, rejectUnauthorized } = options
  const agent = new Agent({ keepAlive: true, ca, cert, key, rejectUnauthorized })
  return (path) =>
    new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(TIME_LIMIT_MS)
      const asked = request(
        `${server.replace(/\/$/, '')}${path}`,
        { ...options, agent, signal },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('error', reject)
          response.on('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(parts).toString(),
            })
          })
        },
      )
      asked.on('error', (error) => {
        reject(signal.aborted ? new Error(`no answer in ${TIME_LIMIT_MS / 1000} s`) : error)
      })
      asked.end()
    })
}

/** Only the code, if there is one: messages of the network have names of machines in them. */
function toReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}

/** The `message` of the API server's Status. */
function readMessage(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown }
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
