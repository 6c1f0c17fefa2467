import { setTimeout } from 'node:timers/promises'
import type { Cluster } from './cluster'
import { ClusterError } from './cluster-error'
import { REVISION_ANNOTATION } from './kubernetes-object'
import type { Deployment, Pod } from './observed-objects'

/** How far a rollout is. */
export type Rollout =
  | { readonly state: 'done'; readonly pods: number }
  | { readonly state: 'running'; readonly progress: string }
  | { readonly state: 'failed'; readonly reason: string }

export interface RolloutOptions {
  readonly name: string
  /** What the Function is annotated with, and its pods once Kubeless has made them of it. */
  readonly revision: string
  readonly timeoutSeconds: number
  /** Told when it changes. */
  readonly onProgress: (progress: string) => void
}

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' } as const
const POD = { apiVersion: 'v1', kind: 'Pod' } as const
const POLL_MS = 500

/** Reasons for which a container does not start, and will not by waiting. */
const HOPELESS = new Set([
  ...[
    'ErrImageNeverPull',
    'InvalidImageName',
    'CreateContainerConfigError',
    'CreateContainerError',
  ],
  ...['ImagePullBackOff', 'CrashLoopBackOff', 'RunContainerError'],
])

/**
 * Waits until every pod of a function is of this revision and ready.
 *
 * @returns how many pods there are
 * @throws ClusterError why it is not done: what a pod says, or how far it was when time was up
 */
export async function untilRolledOut(cluster: Cluster, options: RolloutOptions): Promise<number> {
  const { name, timeoutSeconds, onProgress } = options
  const deadline = performance.now() + timeoutSeconds * 1000
  let told: string | undefined
  for (;;) {
    const [deployment, pods] = await Promise.all([
      cluster.read<Deployment>(DEPLOYMENT, name),
      cluster.list<Pod>(POD, { function: name }),
    ])
    const rollout = toRollout(deployment, pods, options)
    if (rollout.state === 'done') return rollout.pods
    if (rollout.state === 'failed') throw new ClusterError(`function ${name}: ${rollout.reason}`)
    if (rollout.progress !== told) onProgress((told = rollout.progress))
    if (performance.now() > deadline) {
      throw new ClusterError(
        `function ${name} is not rolled out after ${timeoutSeconds} s: ${rollout.progress}`,
      )
    }
    await setTimeout(POLL_MS)
  }
}

/** What a Deployment and its pods tell. */
export function toRollout(
  deployment: Deployment | undefined,
  pods: readonly Pod[],
  { revision }: Pick<RolloutOptions, 'revision'>,
): Rollout {
  if (deployment === undefined) {
    return running(
      'Kubeless has made no Deployment yet (does its kubeless-config have the runtime?)',
    )
  }
  if (revisionOf(deployment.spec?.template) !== revision) {
    return running('Kubeless has not taken the change yet')
  }
  const own = pods.filter((pod) => revisionOf(pod) === revision)
  const reason = whyRefused(deployment) ?? whyHopeless(own)
  return reason === undefined ? toProgress(deployment, own) : { state: 'failed', reason }
}

function toProgress(deployment: Deployment, own: readonly Pod[]): Rollout {
  const wanted = deployment.spec?.replicas ?? 1
  const { updated, total } = countPods(deployment)
  const ready = own.filter(isReady).length
  if (updated >= wanted && ready >= wanted && total === updated) {
    return { state: 'done', pods: ready }
  }
  const old = total > updated ? `, ${total - updated} of before still there` : ''
  return running(`${ready} of ${wanted} pods ready${old}${whyWaiting(own)}`)
}

/** What its controller has seen of the Deployment; of an older one its counts say nothing. */
function countPods({ metadata, status = {} }: Deployment): {
  readonly updated: number
  readonly total: number
} {
  const { observedGeneration = 0, updatedReplicas = 0, replicas = 0 } = status
  const isSeen = observedGeneration >= (metadata?.generation ?? 0)
  return { updated: isSeen ? updatedReplicas : 0, total: replicas }
}

const running = (progress: string): Rollout => ({ state: 'running', progress })

const revisionOf = (of: Pick<Pod, 'metadata'> | undefined): string | undefined =>
  of?.metadata?.annotations?.[REVISION_ANNOTATION]

const conditionsOf = ({ status }: Pick<Pod | Deployment, 'status'>) => status?.conditions ?? []

const isReady = (pod: Pod): boolean =>
  pod.metadata?.deletionTimestamp === undefined &&
  conditionsOf(pod).some(({ type, status }) => type === 'Ready' && status === 'True')

/** Why a cluster makes no pods, such as a quota that is used up. */
function whyRefused(deployment: Deployment): string | undefined {
  const refused = conditionsOf(deployment).find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  )
  return refused?.message ?? refused?.reason
}

/** Why a container does not start, and will not by waiting. */
function whyHopeless(pods: readonly Pod[]): string | undefined {
  for (const pod of pods) {
    for (const { name, state } of statusesOf(pod)) {
      const { reason = '', message = '' } = state?.waiting ?? {}
      if (HOPELESS.has(reason)) {
        return `container ${name} of pod ${pod.metadata?.name ?? ''}: ${reason} ${message}`.trim()
      }
    }
  }
  return undefined
}

/** Why pods wait that may still start. */
function whyWaiting(pods: readonly Pod[]): string {
  const reasons = pods.flatMap((pod) => [
    ...statusesOf(pod).map(({ state }) => state?.waiting?.reason),
    ...conditionsOf(pod).map(({ type, status, message }) =>
      type === 'PodScheduled' && status === 'False' ? message : undefined,
    ),
  ])
  const [first] = reasons.filter((reason) => reason !== undefined && reason !== 'PodInitializing')
  return first === undefined ? '' : `: ${first}`
}

const statusesOf = ({ status }: Pod) => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
]
