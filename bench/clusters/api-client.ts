import type { OutgoingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:https'
import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { TargetError } from '../targets/target'

/** A request to an API server. */
export interface ApiRequest {
  readonly path: string
  readonly method?: 'GET' | 'PATCH'
  /** Sent as a JSON merge patch. */
  readonly body?: object
}

/** Asks an API server. */
export interface ApiClient {
  readonly namespace: string
  /** @throws the error of the network */
  ask(request: ApiRequest): Promise<{ readonly status: number; readonly text: string }>
  /**
   * Calls with every line of a watch until the signal aborts or the server ends it.
   *
   * @throws the error of the network
   */
  watch(path: string, signal: AbortSignal, onLine: (line: string) => void): Promise<void>
}

const TIME_LIMIT_MS = 10_000

/**
 * Opens the API server of a kubeconfig, on connections that are kept: a handshake before each trial would cost its cluster
 * some ms. Not with the client's own classes, whose answers are late and parsed.
 *
 * @param name what the cluster is called in messages
 * @throws TargetError what is wrong with the kubeconfig
 */
export async function openApi(name: string, kubeconfig: string): Promise<ApiClient> {
  const config = await load(name, kubeconfig)
  const server = (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '')
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const { ca, cert, key, rejectUnauthorized } = options
  const agent = new Agent({ keepAlive: true, ca, cert, key, rejectUnauthorized })
  const namespace = config.getContextObject(config.currentContext)?.namespace ?? 'default'
  return {
    namespace,
    ask: (asked) => ask(`${server}${asked.path}`, { ...options, agent }, asked),
    watch: (path, signal, onLine) =>
      watch(`${server}${path}`, { ...options, agent, signal }, onLine),
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

function ask(
  url: string,
  options: RequestOptions,
  { method = 'GET', body }: ApiRequest,
): Promise<{ readonly status: number; readonly text: string }> {
  const signal = AbortSignal.timeout(TIME_LIMIT_MS)
  const content = { 'content-type': 'application/merge-patch+json' }
  const headers = { ...(options.headers as OutgoingHttpHeaders | undefined), ...(body && content) }
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, method, headers, signal }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() })
      })
    })
    asked.on('error', (error) => {
      reject(signal.aborted ? new Error(`no answer in ${TIME_LIMIT_MS / 1000} s`) : error)
    })
    asked.end(body && JSON.stringify(body))
  })
}

function watch(
  url: string,
  options: RequestOptions,
  onLine: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      if (options.signal?.aborted === true) resolve()
      else reject(error)
    }
    const asked = request(url, options, (response) => {
      let rest = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        const lines = (rest + text).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) onLine(line)
      })
      response.on('error', onError)
      response.on('end', resolve)
    })
    asked.on('error', onError)
    asked.end()
  })
}

/** Only the code, if there is one: messages of the network have names of machines in them. */
export function toReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
