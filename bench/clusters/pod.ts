import { setTimeout } from 'node:timers/promises'
import type { Limit, Limits, Requests } from '../run'
import { TargetError } from '../targets/target'
import type { Target } from '../targets/target'
import { measureUsage } from '../targets/usage'
import type { Cluster } from './cluster'
import { findDirectUrl } from './direct-url'
import type { Container, Pod, Service } from './observed-objects'
import { parseQuantity } from './quantity'
import { readStart } from './read-start'

interface PodOptions {
  readonly name: string
  readonly title: string
  readonly cluster: Cluster
  /** Of type NodePort, with one pod behind it. */
  readonly service: string
  readonly signal: AbortSignal
  /** Whether its pod is looked for at its own address, too; where packets are dropped, that takes a while. */
  readonly seeksDirectUrl: boolean
  /** How long the port of the node may take to answer. */
  readonly answerLimitMs?: number
}

const ANSWER_LIMIT_MS = 15_000
const LATE_CPU = "the kubelet's summary: CPU time of the container, from the warm-up to its end"
const POLL_MS = 250
/** How often it is looked whether the pod is still the same. */
const WATCH_MS = 5_000

/**
 * A twin that runs in a cluster, by the port of the node that leads to its only pod.
 *
 * @throws TargetError if there is no such Service, if not just one pod is ready behind it, or if that does not answer
 */
export async function openPod(options: PodOptions): Promise<Target> {
  const { cluster, service: serviceName, name } = options
  const service = await readService(options)
  const pod = await readOnlyPod(options, service)
  const [container] = pod.spec.containers
  if (container === undefined) throw new TargetError(`${name}: its pod has no container`)
  const nodePort = service.spec.ports[0]?.nodePort ?? 0
  const baseUrl = `http://${await readAddress(cluster, pod)}:${nodePort}`
  await untilAnswered(options, baseUrl)
  const directUrl = options.seeksDirectUrl
    ? await findDirectUrl({ ...options, pod, container, service, baseUrl })
    : undefined
  const pods = { cluster, pod: pod.metadata.name, container: container.name }
  const start = await readStart({ ...pods, baseUrl })
  const { facts: sources, ...usage } = await measureUsage({ baseUrl })
  const facts = {
    ...{ name, title: options.title, ...start, ...sources, cpuWitness: LATE_CPU },
    logLevel: container.env?.find((variable) => variable.name === 'LOG_LEVEL')?.value ?? 'info',
    limits: toLimits(container),
    requests: toRequests(container),
    reachedBy: `port ${nodePort} of the node, Service ${serviceName} (NodePort)`,
  }
  const readLateCpu = toLateCpu(cluster, pod, container)
  const direct = directUrl === undefined ? {} : { directUrl }
  return { ...usage, readLateCpu, facts, baseUrl, ...direct, ...watch(options, pod) }
}

async function readService({ name, cluster, service }: PodOptions): Promise<Service> {
  const found = await cluster.readService(service)
  const where = `Service ${service} in ${cluster.namespace} of cluster ${cluster.name}`
  if (found === undefined) {
    throw new TargetError(`${name}: there is no ${where}: --deploy makes it`)
  }
  if (found.spec.ports[0]?.nodePort !== undefined) return found
  throw new TargetError(`${name}: ${where} has no port of the node: --deploy makes one that has`)
}

/** CPU time and memory are those of a pod: of two, half of the requests would be seen. */
async function readOnlyPod(
  { name, cluster, service: serviceName }: PodOptions,
  service: Service,
): Promise<Pod> {
  const pods = await cluster.listPods(service.spec.selector ?? {})
  const living = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const [pod] = living
  if (pod !== undefined && living.length === 1 && isReady(pod)) return pod
  const ready = living.filter(isReady).length
  throw new TargetError(
    `${name}: one pod has to be ready behind ${serviceName} in cluster ${cluster.name}; of ${living.length} ${ready} are`,
  )
}

const isReady = ({ status }: Pod): boolean =>
  (status.conditions ?? []).some(
    (condition) => condition.type === 'Ready' && condition.status === 'True',
  )

async function readAddress(cluster: Cluster, { spec, metadata }: Pod): Promise<string> {
  const nodes = await cluster.listNodes()
  const node = nodes.find((each) => each.metadata.name === spec.nodeName)
  const addresses = node?.status.addresses ?? []
  const address = addresses.find(({ type }) => type === 'InternalIP')?.address
  if (address !== undefined) return address.includes(':') ? `[${address}]` : address
  throw new TargetError(`cluster ${cluster.name}: the node of ${metadata.name} has no address`)
}

/** kube-proxy hears of a Service a little later than whoever made it. */
async function untilAnswered(
  { name, cluster, signal, answerLimitMs = ANSWER_LIMIT_MS }: PodOptions,
  baseUrl: string,
): Promise<void> {
  const deadline = performance.now() + answerLimitMs
  for (;;) {
    signal.throwIfAborted()
    const limited = AbortSignal.any([signal, AbortSignal.timeout(answerLimitMs)])
    const response = await fetch(`${baseUrl}/healthz`, { signal: limited }).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok === true) return
    if (performance.now() > deadline) {
      throw new TargetError(
        `${name}: nothing answers at port ${new URL(baseUrl).port} of the node of cluster ${cluster.name}: ` +
          'the node has to be reachable from here',
      )
    }
    await setTimeout(POLL_MS, undefined, { signal })
  }
}

/** Asks the API server, not the pod. A kubelet counts a container every ten seconds or so. */
const toLateCpu =
  (
    cluster: Cluster,
    { spec, metadata }: Pod,
    container: Container,
  ): NonNullable<Target['readLateCpu']> =>
  async () => {
    const { pods = [] } = await cluster.readSummary(spec.nodeName ?? '')
    const own = pods.find(
      ({ podRef }) => podRef.name === metadata.name && podRef.namespace === cluster.namespace,
    )
    const counted = own?.containers?.find((each) => each.name === container.name)
    const { usageCoreNanoSeconds, time } = counted?.cpu ?? {}
    if (usageCoreNanoSeconds === undefined || time === undefined) return null
    return { seconds: usageCoreNanoSeconds / 1e9, at: Date.parse(time) }
  }

function toLimits({ resources }: Container): Limits | null {
  const { cpu, memory } = resources?.limits ?? {}
  const [cpus, memoryBytes] = [toLimit('cpu', cpu), toLimit('memory', memory)]
  return cpus === undefined || memoryBytes === undefined ? null : { cpus, memoryBytes }
}

function toRequests({ resources }: Container): Requests {
  const { cpu, memory } = resources?.requests ?? {}
  return { cpus: toAmount(cpu), memoryBytes: toAmount(memory) }
}

const toAmount = (text: string | undefined): number | null =>
  text === undefined ? null : (parseQuantity(text) ?? null)

function toLimit(what: string, text: string | undefined): Limit | undefined {
  const value = toAmount(text)
  return value === null
    ? undefined
    : { value, enforcedBy: `Kubernetes: limits.${what} of the container` }
}

/** A pod that is replaced or starts anew is another one: what was measured before is not of it. */
function watch(
  { name, cluster }: PodOptions,
  { metadata, status }: Pod,
): Pick<Target, 'ended' | 'stop'> {
  const before = countRestarts(status)
  const over = new AbortController()
  async function untilEnded(): Promise<string> {
    for (;;) {
      await setTimeout(WATCH_MS, undefined, { signal: over.signal, ref: false })
      // An API server that does not answer for a while says nothing of the pod.
      const pod = await cluster.readPod(metadata.name).catch(() => null)
      // Nor does one that was asked before the end was wanted.
      if (pod === null || over.signal.aborted) continue
      if (pod?.metadata.uid !== metadata.uid) return `${name}: its pod is gone`
      if (countRestarts(pod.status) > before) {
        return `${name}: its container ended (${toReason(pod.status)}) and was started anew`
      }
    }
  }
  const ended = untilEnded().catch(() => new Promise<never>(() => undefined))
  return {
    ended,
    stop() {
      over.abort()
      return Promise.resolve()
    },
  }
}

const countRestarts = ({ containerStatuses = [] }: Pod['status']): number =>
  containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0)

const toReason = ({ containerStatuses = [] }: Pod['status']): string =>
  containerStatuses.map(({ lastState }) => lastState?.terminated?.reason).find(Boolean) ??
  'no reason is known'
