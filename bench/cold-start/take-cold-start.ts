import type { KubernetesEvent, Pod } from '../clusters/observed-objects'
import { readLogUntil } from '../clusters/read-start'
import type { Scalable } from '../clusters/scale-pods'
import { agree } from '../load/answer'
import type { Prediction } from '../load/answer'
import type { Body } from '../load/load'
import { untilAnswered } from '../load/until-answered'
import type { LogLine } from '../targets/program-log'
import { TargetError } from '../targets/target'
import type { ColdStart } from './cold-start'

export interface Starting extends Scalable {
  readonly baseUrl: string
  readonly photo: Body
  /** What the photo is classified as. */
  readonly reference: Prediction
}

const ANSWER_LIMIT_MS = 120_000
/** A packet that is lost while the cluster sets up its routes would be sent again after a second only. */
const CONNECT_LIMIT_MS = 50
/** Clocks of one machine, to ms; more says that the cluster's clock and the program's are not the same. */
const TOLERANCE_MS = 50

/**
 * Scales a twin without pods to one and sends a photo until it is answered.
 *
 * @throws TargetError if it does not come
 */
export async function takeColdStart(
  starting: Starting,
): Promise<Omit<ColdStart, 'target' | 'block' | 'order'>> {
  const { cluster, deployment, selector, signal } = starting
  const watching = new AbortController()
  let scheduledAt: number | undefined
  const uids = new Set<string>()
  const watched = cluster.watchPods(selector, watching.signal, (pod) => {
    uids.add(pod.metadata.uid)
    if (pod.spec.nodeName !== undefined) scheduledAt ??= performance.now()
  })
  const startedAt = performance.now()
  await cluster.scale(deployment, 1)
  try {
    const answer = await untilAnsweredRight(starting, startedAt)
    const pod = await readPod(starting)
    const told = await readTold(starting, pod)
    signal.throwIfAborted()
    const start = {
      uid: pod.metadata.uid,
      scheduledAfter: scheduledAt === undefined ? null : scheduledAt - startedAt,
      ...answer,
      ...told,
    }
    const dropped = whyDropped(start, uids.size)
    return { ...start, ...(dropped !== undefined && { dropped }) }
  } finally {
    watching.abort()
    await watched.catch(() => undefined)
  }
}

async function untilAnsweredRight(
  { name, baseUrl, photo, reference, signal }: Starting,
  startedAt: number,
): Promise<Pick<ColdStart, 'answeredAfter' | 'firstResponseTime' | 'attempts'>> {
  const limits = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)])
  const connectLimit = CONNECT_LIMIT_MS
  const first = await untilAnswered({ baseUrl, photo, signal: limits, connectLimit })
  signal.throwIfAborted()
  if (first === undefined) {
    throw new TargetError(`${name}: no answer in ${ANSWER_LIMIT_MS / 1000} s after its start`)
  }
  const { prediction, sentAt, answeredAt, attempts } = first
  if (!agree(prediction, reference)) {
    throw new TargetError(`${name}: its first answer is another than before`)
  }
  return {
    answeredAfter: answeredAt - startedAt,
    firstResponseTime: answeredAt - sentAt,
    attempts,
  }
}

async function readPod({ name, cluster, selector }: Starting): Promise<Pod> {
  const [pod] = await cluster.listPods(selector)
  if (pod === undefined) throw new TargetError(`${name}: its pod is gone again`)
  return pod
}

type Told = Pick<
  ColdStart,
  'scheduledToProcess' | 'startToReady' | 'load' | 'isLoadedAtFirstCall' | 'isImagePresent'
>

/** By the pod's log and the events of its cluster. */
async function readTold({ name, cluster }: Starting, pod: Pod): Promise<Told> {
  const container = pod.spec.containers[0]?.name ?? ''
  const where = { cluster, pod: pod.metadata.name, container }
  const lines = await readLogUntil(where, (all) => toStart(all).load !== undefined)
  const { ready, loaded, startToReady, load } = toStart(lines)
  if (ready === undefined || startToReady === undefined || load === undefined) {
    throw new TargetError(`${name}: its log does not tell how long it took to start`)
  }
  const events = await cluster.readEvents(pod.metadata.name)
  return {
    scheduledToProcess: toScheduledToProcess(events, ready, startToReady),
    startToReady,
    load,
    isLoadedAtFirstCall: loaded !== undefined,
    isImagePresent: events.some(({ message }) => message.includes('already present on machine')),
  }
}

/** As far as a log tells it by now. */
function toStart(lines: readonly LogLine[]) {
  const ready = lines.find(({ msg }) => msg === 'ready')
  const loaded = lines.find(({ msg }) => msg === 'loaded')
  const load = toNumber((loaded ?? ready)?.['loadMs'])
  return { ready, loaded, startToReady: toNumber(ready?.['startToReadyMs']), load }
}

const toNumber = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined

function toScheduledToProcess(
  events: readonly KubernetesEvent[],
  ready: LogLine,
  startToReady: number,
): number | null {
  const eventTime = events.find(({ reason }) => reason === 'Scheduled')?.eventTime
  if (eventTime === null || eventTime === undefined) return null
  return Date.parse(String(ready['time'])) - startToReady - Date.parse(eventTime)
}

function whyDropped(
  start: Omit<ColdStart, 'target' | 'block' | 'order'>,
  pods: number,
): string | undefined {
  if (pods !== 1) return `${pods} pods were seen in place of one`
  if (!start.isImagePresent) return 'the image was not on the node'
  if (start.scheduledAfter === null) return 'it was not seen to be scheduled'
  if (start.scheduledToProcess === null) return 'the cluster does not tell when it was scheduled'
  if (start.scheduledToProcess < -TOLERANCE_MS) return 'clocks in the cluster differ'
  return undefined
}
