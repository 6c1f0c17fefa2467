import { setTimeout } from 'node:timers/promises'
import { TargetError } from '../targets/target'
import type { Cluster } from './cluster'

/** A Deployment, and what its pods are found by. */
export interface Scalable {
  readonly name: string
  readonly cluster: Cluster
  readonly deployment: string
  readonly selector: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

const GONE_LIMIT_MS = 90_000
const READY_LIMIT_MS = 120_000
const POLL_MS = 250

/**
 * Scales twins to nothing and waits until their pods are gone: an old pod would answer for a new one.
 *
 * @throws TargetError if one does not go
 */
export async function endPods(all: readonly Scalable[]): Promise<void> {
  for (const { cluster, deployment } of all) await cluster.scale(deployment, 0)
  for (const each of all) {
    const isGone = async () => (await each.cluster.listPods(each.selector)).length === 0
    await until(each, isGone, GONE_LIMIT_MS, 'its pods are still there')
  }
}

/**
 * New pods in place of those that there are; each twin is left with one, also where that fails or is interrupted.
 *
 * @throws TargetError if one does not go or does not come; the signal's reason
 */
export async function renewPods(all: readonly Scalable[]): Promise<void> {
  try {
    await endPods(all)
    await startPods(all)
  } catch (error) {
    await Promise.allSettled(all.map(({ cluster, deployment }) => cluster.scale(deployment, 1)))
    throw error
  }
}

async function startPods(all: readonly Scalable[]): Promise<void> {
  for (const { cluster, deployment } of all) await cluster.scale(deployment, 1)
  for (const each of all) {
    const isReady = async () =>
      (await each.cluster.readDeployment(each.deployment)).status.readyReplicas === 1
    await until(each, isReady, READY_LIMIT_MS, 'its pod is not ready')
  }
}

async function until(
  { name, signal }: Scalable,
  isSo: () => Promise<boolean>,
  limit: number,
  otherwise: string,
): Promise<void> {
  const deadline = performance.now() + limit
  while (!(await isSo())) {
    if (performance.now() > deadline) {
      throw new TargetError(`${name}: ${otherwise} after ${limit / 1000} s`)
    }
    await setTimeout(POLL_MS, undefined, { signal })
  }
}
