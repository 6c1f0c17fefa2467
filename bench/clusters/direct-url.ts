import type { Container, Pod, Service } from './observed-objects'

interface Ways {
  readonly pod: Pod
  readonly container: Container
  readonly service: Service
  /** By the port of the node. */
  readonly baseUrl: string
  readonly signal: AbortSignal
}

const ANSWER_LIMIT_MS = 2_000
/** Of Prometheus' default metrics: no two processes of a comparison began in the same hundredth of a second. */
const STARTED_AT = /^process_start_time_seconds (\S+)$/m

/**
 * The address of a pod itself, past its Service and the port of its node; undefined where it cannot be reached from here,
 * or something else is reached: clusters may give their pods the same addresses.
 */
export async function findDirectUrl(ways: Ways): Promise<string | undefined> {
  const { podIP } = ways.pod.status
  const port = toPort(ways)
  if (podIP === undefined || port === undefined) return undefined
  const directUrl = `http://${podIP.includes(':') ? `[${podIP}]` : podIP}:${port}`
  const [direct, own] = await Promise.all(
    [directUrl, ways.baseUrl].map((url) => readStartedAt(url, ways.signal)),
  )
  ways.signal.throwIfAborted()
  return direct !== undefined && direct === own ? directUrl : undefined
}

/** A Service may name it as the container does. */
function toPort({ service, container }: Ways): number | undefined {
  const target = service.spec.ports[0]?.targetPort
  if (typeof target === 'number') return target
  return container.ports?.find(({ name }) => name === target)?.containerPort
}

async function readStartedAt(baseUrl: string, signal: AbortSignal): Promise<string | undefined> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)])
  const response = await fetch(`${baseUrl}/metrics`, { signal: limited }).catch(() => undefined)
  const metrics = await response?.text().catch(() => undefined)
  return STARTED_AT.exec(metrics ?? '')?.[1]
}
