import { setTimeout } from 'node:timers/promises'
import type { Cluster, Stabilization } from '../clusters/cluster'
import type { Autoscaler } from '../clusters/observed-objects'
import { openPod } from '../clusters/pod'
import type { Prediction } from '../load/answer'
import type { Body } from '../load/load'
import { readReferences } from '../references'
import type { TargetFacts } from '../run'
import { TargetError } from '../targets/target'
import type { AutoscalerFacts } from './run'
import type { Scaled } from './scaled'

/** A twin with one pod, ready to be loaded. */
export interface Ready {
  readonly scaled: Scaled
  readonly cluster: Cluster
  readonly selector: Readonly<Record<string, string>>
  readonly baseUrl: string
  readonly references: readonly Prediction[]
  readonly facts: TargetFacts
  readonly autoscaler: AutoscalerFacts
}

interface PrepareOptions {
  readonly stabilization: Stabilization
  readonly photos: readonly Body[]
  /** How long one request may take, ms. */
  readonly timeLimit: number
  readonly signal: AbortSignal
}

/** A scale-down of an earlier run takes ten minutes. */
const ONE_POD_LIMIT_MS = 15 * 60_000
const POLL_MS = 1_000

/**
 * Sets a twin's autoscaler, waits until it has one pod, and asks that for its facts and answers.
 *
 * @throws TargetError if something of it is not there or does not answer
 */
export async function prepare(
  scaled: Scaled,
  cluster: Cluster,
  { stabilization, photos, timeLimit, signal }: PrepareOptions,
): Promise<Ready> {
  await cluster.setStabilization(scaled.autoscaler, stabilization)
  await untilOnePod(scaled, cluster, signal)
  const target = await openPod({ ...scaled, cluster, signal, seeksDirectUrl: false })
  // Pods are to come and go.
  await target.stop()
  const { predictions } = await readReferences(target, { photos, timeLimit, signal })
  const service = await cluster.readService(scaled.service)
  const selector = service?.spec.selector ?? {}
  const autoscaler = await cluster.readAutoscaler(scaled.autoscaler)
  return {
    ...{ scaled, cluster, selector, baseUrl: target.baseUrl },
    ...{ references: predictions, facts: target.facts },
    autoscaler: {
      target: scaled.name,
      ...toAutoscalerFacts(autoscaler.spec),
      requestedCores: target.facts.requests?.cpus ?? null,
      limitCores: target.facts.limits?.cpus.value ?? null,
    },
  }
}

/** @throws TargetError if it still has more, or none that is ready, after a quarter of an hour */
export async function untilOnePod(
  { name, deployment }: Scaled,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + ONE_POD_LIMIT_MS
  for (;;) {
    const { spec, status } = await cluster.readDeployment(deployment)
    if (spec.replicas === 1 && status.readyReplicas === 1) return
    if (performance.now() > deadline) {
      throw new TargetError(
        `${name}: its Deployment ${deployment} does not come down to one ready pod within ${ONE_POD_LIMIT_MS / 60_000} minutes`,
      )
    }
    await setTimeout(POLL_MS, undefined, { signal })
  }
}

function toAutoscalerFacts(
  spec: Autoscaler['spec'],
): Omit<AutoscalerFacts, 'target' | 'requestedCores' | 'limitCores'> {
  const { scaleUp, scaleDown } = spec.behavior ?? {}
  const [metric] = spec.metrics ?? []
  return {
    minReplicas: spec.minReplicas ?? 1,
    maxReplicas: spec.maxReplicas,
    targetUtilization: metric?.resource?.target?.averageUtilization ?? null,
    scaleUpWindow: scaleUp?.stabilizationWindowSeconds ?? null,
    scaleDownWindow: scaleDown?.stabilizationWindowSeconds ?? null,
  }
}
