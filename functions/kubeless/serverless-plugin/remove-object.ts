import type { Cluster, Kind } from './cluster'
import { waitUntil } from './wait-until'

/** What Kubeless makes of a CronJobTrigger; the version that every Kubernetes has that it works on. */
export const CRON_JOB = { apiVersion: 'batch/v1beta1', kind: 'CronJob' } as const
/** For Kubeless to let a trigger go. */
const WAIT_MS = 10_000

interface CronJobTrigger {
  readonly spec?: { readonly 'function-name'?: string }
}

/** The CronJob of a function. */
export const toCronJobName = (functionName: string): string => `trigger-${functionName}`

/** Removes an object of a service, with what Kubeless would leave behind of it. */
export async function removeObject(cluster: Cluster, kind: Kind, name: string): Promise<void> {
  if (kind.kind !== 'CronJobTrigger') return cluster.remove(kind, name)
  const trigger = await cluster.read<CronJobTrigger>(kind, name)
  await cluster.remove(kind, name)
  const functionName = trigger?.spec?.['function-name']
  if (functionName === undefined) return
  // Kubeless makes a CronJob of the function's name, but looks for one of the trigger's when that goes. Before it has let
  // the trigger go, it might make the CronJob anew.
  await waitUntil(async () => (await cluster.read(kind, name)) === undefined, WAIT_MS)
  await cluster.remove(CRON_JOB, toCronJobName(functionName))
}
