import type { Serverless } from './serverless'

/** Where requests come from. */
export type FunctionEvent =
  | { readonly kind: 'http'; readonly host: string | undefined; readonly path: string }
  | { readonly kind: 'ingress'; readonly host: string | undefined; readonly path: string }
  | { readonly kind: 'kafka'; readonly topic: string }
  | { readonly kind: 'schedule'; readonly schedule: string }

interface Quantities {
  readonly cpu?: string
  readonly memory?: string
}

/** One of the service's functions, with what the provider says for all. */
export interface FunctionPlan {
  /** Of the function and every object made for it. */
  readonly name: string
  /** `module.function`. */
  readonly handler: string
  readonly runtime: string
  readonly description: string | undefined
  readonly timeoutSeconds: string
  readonly environment: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly port: number
  readonly limits: Quantities
  readonly requests: Quantities
  readonly readinessPath: string
  readonly nodePort: boolean
  readonly autoscale:
    { readonly min: number; readonly max: number; readonly cpu: number } | undefined
  readonly events: readonly FunctionEvent[]
}

/** What serverless.yml says. */
export interface ServicePlan {
  readonly service: string
  /** Undefined: that of the kubeconfig's context. */
  readonly namespace: string | undefined
  readonly ingress: {
    readonly class: string
    readonly annotations: Readonly<Record<string, string>>
    readonly tlsSecret: string | undefined
  }
  readonly rolloutTimeoutSeconds: number
  readonly functions: readonly FunctionPlan[]
}

/** Something in serverless.yml cannot be; the message names where. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
}

type Scalar = string | number | boolean

// As the schemas have seen to.
interface Resources {
  readonly cpu?: Scalar
  readonly memorySize?: Scalar
  readonly requests?: { readonly cpu?: Scalar; readonly memory?: Scalar }
}

interface Common extends Resources {
  readonly runtime?: string
  readonly timeout?: Scalar
  readonly environment?: Readonly<Record<string, Scalar>>
}

interface Provider extends Common {
  readonly namespace?: string
  readonly hostname?: string
  readonly rolloutTimeout?: number
  readonly ingress?: {
    readonly class?: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly tlsSecret?: string
  }
}

interface Function extends Common {
  readonly handler?: string
  readonly description?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly port?: number
  readonly readinessPath?: string
  readonly nodePort?: boolean
  readonly autoscale?: { readonly min?: number; readonly max: number; readonly cpu?: number }
  readonly events?: readonly Event[]
}

type Event =
  | {
      readonly http: {
        readonly path?: string
        readonly hostname?: string
        readonly ingress?: boolean
      }
    }
  | { readonly trigger: string }
  | { readonly schedule: string }

const DEFAULT_TIMEOUT_SECONDS = 180
const DEFAULT_PORT = 8080
const DEFAULT_ROLLOUT_SECONDS = 180
/** A Service's name: what a label of DNS may be (RFC 1035). */
const NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/
/** Of the Service of a port of the node, without `-node-port`. */
const MAX_NODE_PORT_NAME = 53
/** Of the CronJob that Kubeless makes, at most 52 letters, without its `trigger-`. */
const MAX_SCHEDULED_NAME = 44

/**
 * Reads what Serverless has read of serverless.yml and found to be of this provider's shape.
 *
 * @throws ServiceError naming the function and the property
 */
export function readService({
  service,
  provider: whole,
  functions,
}: Serverless['service']): ServicePlan {
  const provider = whole as Provider
  const { class: ingressClass = 'nginx', annotations = {}, tlsSecret } = provider.ingress ?? {}
  const plans = Object.entries(functions).map(([name, own]) =>
    readFunction(name, own as Function, provider),
  )
  requireDifferentRoutes(plans)
  return {
    service,
    namespace: provider.namespace,
    ingress: { class: ingressClass, annotations, tlsSecret },
    rolloutTimeoutSeconds: provider.rolloutTimeout ?? DEFAULT_ROLLOUT_SECONDS,
    functions: plans,
  }
}

function readFunction(name: string, own: Function, provider: Provider): FunctionPlan {
  if (!NAME.test(name)) {
    throw new ServiceError(
      `functions.${name}: Kubernetes takes names of at most 63 small letters, digits and -, that begin with a letter`,
    )
  }
  const { handler, description, labels = {}, events = [] } = own
  requireFitting(name, own)
  const { port = DEFAULT_PORT, readinessPath = '/healthz', nodePort = false } = own
  const both = { timeout: DEFAULT_TIMEOUT_SECONDS, ...provider, ...own }
  if (handler === undefined) throw new ServiceError(`functions.${name}.handler is missing`)
  if (both.runtime === undefined) throw new ServiceError('provider.runtime is missing')
  const limits = toLimits(both)
  return {
    ...{ name, handler, runtime: both.runtime, description, labels },
    timeoutSeconds: String(both.timeout),
    environment: toStrings({ ...provider.environment, ...own.environment }),
    ...{ port, limits, readinessPath, nodePort },
    requests: { ...limits, ...toStrings({ ...both.requests }) },
    autoscale: toAutoscale(name, own),
    events: events.map((event) => toEvent(event, provider.hostname)),
  }
}

/** Names of what Kubeless and we make of a function are longer than its own; of a schedule Kubeless makes little. */
function requireFitting(
  name: string,
  { nodePort = false, port = DEFAULT_PORT, events = [] }: Function,
): void {
  const schedules = events.filter((event) => 'schedule' in event)
  for (const [reason, length, applies] of [
    ['nodePort', MAX_NODE_PORT_NAME, nodePort],
    ['a schedule', MAX_SCHEDULED_NAME, schedules.length > 0],
  ] as const) {
    if (!applies || name.length <= length) continue
    throw new ServiceError(
      `functions.${name}: a function with ${reason} may have a name of at most ${length} characters, this has ${name.length}`,
    )
  }
  if (schedules.length > 0 && port !== DEFAULT_PORT) {
    throw new ServiceError(
      `functions.${name}: Kubeless calls port ${DEFAULT_PORT} on a schedule, the function's port is ${port}`,
    )
  }
  if (schedules.length > 1) {
    throw new ServiceError(
      `functions.${name}: Kubeless keeps one schedule of a function, this has ${schedules.length}`,
    )
  }
}

const toLimits = ({ cpu, memorySize }: Resources): Quantities => ({
  ...(cpu !== undefined && { cpu: String(cpu) }),
  ...(memorySize !== undefined && { memory: toMemory(memorySize) }),
})

/** Mebibytes where there is no unit, as serverless-kubeless has it. */
const toMemory = (size: Scalar): string => (/\d$/.test(String(size)) ? `${size}Mi` : String(size))

const toStrings = (record: Readonly<Record<string, Scalar | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)]],
    ),
  )

function toAutoscale(name: string, { autoscale }: Function): FunctionPlan['autoscale'] {
  if (autoscale === undefined) return undefined
  const { min = 1, max, cpu = 80 } = autoscale
  if (min <= max) return { min, max, cpu }
  throw new ServiceError(
    `functions.${name}.autoscale: min is ${min}, which is more than max, ${max}`,
  )
}

function toEvent(event: Event, hostname: string | undefined): FunctionEvent {
  if ('trigger' in event) return { kind: 'kafka', topic: event.trigger }
  if ('schedule' in event) return { kind: 'schedule', schedule: event.schedule }
  const { path = '/', hostname: host = hostname, ingress = false } = event.http
  return { kind: ingress ? 'ingress' : 'http', host, path }
}

/** Two Ingresses of one host and path: which of them a request meets would be chance. */
function requireDifferentRoutes(plans: readonly FunctionPlan[]): void {
  const routes = new Map<string, string>()
  for (const { name, events } of plans) {
    for (const event of events) {
      if (event.kind !== 'http' && event.kind !== 'ingress') continue
      const route = `${event.host ?? '*'}${event.path}`
      const other = routes.get(route)
      if (other !== undefined) {
        throw new ServiceError(`functions.${other} and functions.${name} both answer ${route}`)
      }
      routes.set(route, name)
    }
  }
}
