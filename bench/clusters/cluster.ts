import { TargetError } from '../targets/target'
import { openApi, toReason } from './api-client'
import type { ApiRequest } from './api-client'
import type {
  Autoscaler,
  Deployment,
  KubernetesEvent,
  Node,
  Pod,
  Service,
  Summary,
} from './observed-objects'

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
  listPods(labels: Labels): Promise<readonly Pod[]>
  listNodes(): Promise<readonly Node[]>
  /** The first lines that a container wrote. */
  readLogStart(pod: string, container: string): Promise<string>
  /** What a node's kubelet has counted by now. */
  readSummary(node: string): Promise<Summary>
  /** Such as `v1.21.14`. */
  readVersion(): Promise<string>
  /** What happened to a pod. */
  readEvents(pod: string): Promise<readonly KubernetesEvent[]>
  scale(deployment: string, replicas: number): Promise<void>
  readDeployment(name: string): Promise<Deployment>
  readAutoscaler(name: string): Promise<Autoscaler>
  /** How long an autoscaler waits before it follows, s. */
  setStabilization(autoscaler: string, windows: Stabilization): Promise<void>
  /** Calls with each pod as it is, and whenever it changes, until the signal aborts. */
  watchPods(
    labels: Labels,
    signal: AbortSignal,
    onPod: (pod: Pod, change: 'ADDED' | 'MODIFIED' | 'DELETED') => void,
  ): Promise<void>
}

/** Of an autoscaler, s: it follows the least that it wanted for so long up, the most down. */
export interface Stabilization {
  readonly scaleUp: number
  readonly scaleDown: number
}

type Labels = Readonly<Record<string, string>>

/** Several times what a program writes until it is ready. */
const LOG_START_BYTES = 256 * 1024

/**
 * Opens the cluster of a kubeconfig.
 *
 * @param name what it is called in messages
 * @throws TargetError what is wrong with the kubeconfig
 */
export async function openCluster(name: string, kubeconfig: string): Promise<Cluster> {
  const api = await openApi(name, kubeconfig)
  const { namespace } = api
  const own = `/api/v1/namespaces/${namespace}`
  const apps = `/apis/apps/v1/namespaces/${namespace}`

  /** @returns undefined for 404 */
  async function ask(what: string, request: ApiRequest): Promise<string | undefined> {
    const { status, text } = await api.ask(request).catch((cause: unknown) => {
      throw new TargetError(`cluster ${name}, ${what}: ${toReason(cause)}`, { cause })
    })
    if (status === 404) return undefined
    if (status === 200) return text
    throw new TargetError(
      `cluster ${name}, ${what}: ${readMessage(text) ?? `it answers ${status}`}`,
    )
  }
  const find = async <T>(what: string, path: string): Promise<T | undefined> => {
    const text = await ask(what, { path })
    return text === undefined ? undefined : (JSON.parse(text) as T)
  }
  const demand = async <T>(what: string, path: string): Promise<T> => {
    const found = await find<T>(what, path)
    if (found !== undefined) return found
    throw new TargetError(`cluster ${name}, ${what}: there is no such thing`)
  }
  const list = async <T>(what: string, path: string): Promise<readonly T[]> =>
    (await demand<{ readonly items: readonly T[] }>(what, path)).items
  const toAutoscalerPath = createAutoscalerPath(ask, namespace)
  return {
    ...{ name, kubeconfig, namespace },
    readService: (service) => find(`Service ${service}`, `${own}/services/${service}`),
    readPod: (pod) => find(`Pod ${pod}`, `${own}/pods/${pod}`),
    listPods: (labels) => list('Pods', `${own}/pods?${toQuery({ labelSelector: labels })}`),
    listNodes: () => list('Nodes', '/api/v1/nodes'),
    async readLogStart(pod, container) {
      const query = toQuery({ container, limitBytes: String(LOG_START_BYTES) })
      return (await ask(`log of ${pod}`, { path: `${own}/pods/${pod}/log?${query}` })) ?? ''
    },
    // The kubelet's counts of other things are older.
    readSummary: (node) =>
      demand(
        `summary of node ${node}`,
        `/api/v1/nodes/${node}/proxy/stats/summary?only_cpu_and_memory=true`,
      ),
    readVersion: async () =>
      (await demand<{ gitVersion: string }>('version', '/version')).gitVersion,
    readEvents: (pod) =>
      list('Events', `${own}/events?${toQuery({ fieldSelector: { 'involvedObject.name': pod } })}`),
    async scale(deployment, replicas) {
      const path = `${apps}/deployments/${deployment}/scale`
      const done = await ask(`Deployment ${deployment}`, {
        ...{ method: 'PATCH', path, body: { spec: { replicas } } },
      })
      if (done === undefined) {
        throw new TargetError(`cluster ${name}: there is no Deployment ${deployment}`)
      }
    },
    readDeployment: (deployment) =>
      demand(`Deployment ${deployment}`, `${apps}/deployments/${deployment}`),
    readAutoscaler: async (autoscaler) =>
      demand(`HorizontalPodAutoscaler ${autoscaler}`, await toAutoscalerPath(autoscaler)),
    async setStabilization(autoscaler, { scaleUp, scaleDown }) {
      const behavior = {
        scaleUp: { stabilizationWindowSeconds: scaleUp },
        scaleDown: { stabilizationWindowSeconds: scaleDown },
      }
      const what = `HorizontalPodAutoscaler ${autoscaler}`
      const path = await toAutoscalerPath(autoscaler)
      const done = await ask(what, { method: 'PATCH', path, body: { spec: { behavior } } })
      if (done === undefined) throw new TargetError(`cluster ${name}: there is no ${what}`)
    },
    watchPods: (labels, signal, onPod) =>
      api.watch(
        `${own}/pods?${toQuery({ watch: 'true', labelSelector: labels })}`,
        signal,
        (line) => {
          const { type, object } = JSON.parse(line) as { type: string; object: Pod }
          if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') onPod(object, type)
        },
      ),
  }
}

type Ask = (what: string, request: ApiRequest) => Promise<string | undefined>

/** Up to Kubernetes 1.22 there is no autoscaling/v2, from 1.26 on no v2beta2. The fields used are the same. */
function createAutoscalerPath(ask: Ask, namespace: string): (name: string) => Promise<string> {
  let version: string | undefined
  return async (name) => {
    if (version === undefined) {
      const newer = await ask('autoscaling/v2', { path: '/apis/autoscaling/v2' })
      version = newer === undefined ? 'v2beta2' : 'v2'
    }
    return `/apis/autoscaling/${version}/namespaces/${namespace}/horizontalpodautoscalers/${name}`
  }
}

/** Of an object, what Kubernetes calls a selector. */
function toQuery(values: Readonly<Record<string, string | Labels>>): string {
  const texts = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === 'string'
      ? value
      : Object.entries(value)
          .map(([name, wanted]) => `${name}=${wanted}`)
          .join(),
  ])
  return String(new URLSearchParams(texts as [string, string][]))
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
