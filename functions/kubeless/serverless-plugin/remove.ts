import { setTimeout } from 'node:timers/promises'
import type { Cluster, Kind } from './cluster'
import { ClusterError } from './cluster-error'
import { KINDS, listNames } from './deploy'
import { CRON_JOB, removeObject, toCronJobName } from './remove-object'

interface RemoveOptions {
  readonly service: string
  readonly timeoutSeconds: number
  readonly say: (line: string) => void
}

/** What Kubeless makes of a Function; it goes with it, a little later. */
const MADE_OF_FUNCTIONS = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Pod' },
  CRON_JOB,
] as const satisfies readonly Kind[]
const OF_SCHEDULES = [
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'v1', kind: 'Pod' },
] as const satisfies readonly Kind[]
const POLL_MS = 500

/**
 * Removes all that a service made, and waits until it is gone, pods too.
 *
 * @returns how many objects were removed
 * @throws ClusterError naming what could not be removed, or is still there
 */
export async function remove(cluster: Cluster, options: RemoveOptions): Promise<number> {
  const { service, say } = options
  const functions = await listNames(
    cluster,
    { apiVersion: 'kubeless.io/v1beta1', kind: 'Function' },
    service,
  )
  let removed = 0
  for (const kind of KINDS) {
    for (const name of await listNames(cluster, kind, service)) {
      await removeObject(cluster, kind, name)
      say(`removed ${kind.kind} ${name}`)
      removed++
    }
  }
  await untilGone(cluster, functions, options)
  return removed
}

async function untilGone(
  cluster: Cluster,
  functions: readonly string[],
  { service, timeoutSeconds }: RemoveOptions,
): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1000
  for (;;) {
    const left = await findLeft(cluster, functions, service)
    if (left.length === 0) return
    if (performance.now() > deadline) {
      throw new ClusterError(`still there after ${timeoutSeconds} s: ${left.join(', ')}`)
    }
    await setTimeout(POLL_MS)
  }
}

async function findLeft(
  cluster: Cluster,
  functions: readonly string[],
  service: string,
): Promise<readonly string[]> {
  const own = await Promise.all(
    KINDS.map(async (kind) => toWords(kind, await listNames(cluster, kind, service))),
  )
  const made = await Promise.all(
    functions.flatMap((name) =>
      MADE_OF_FUNCTIONS.map(async (kind) => {
        const found = await cluster.list<{ readonly metadata: { readonly name: string } }>(kind, {
          'created-by': 'kubeless',
          function: name,
        })
        return toWords(
          kind,
          found.map(({ metadata }) => metadata.name),
        )
      }),
    ),
  )
  return [...own, ...made, await findScheduled(cluster, functions)].flat()
}

/** What a CronJob makes has no labels; it goes after the CronJob. */
async function findScheduled(
  cluster: Cluster,
  functions: readonly string[],
): Promise<readonly string[]> {
  const owners = new RegExp(`^(${functions.map(toCronJobName).join('|')})(-[0-9]+)?$`)
  const found = await Promise.all(
    OF_SCHEDULES.map(async (kind) => {
      const objects = await cluster.list<{
        readonly metadata: {
          readonly name: string
          readonly ownerReferences?: readonly { readonly name: string }[]
        }
      }>(kind, {})
      const own = objects.filter(({ metadata }) =>
        (metadata.ownerReferences ?? []).some(({ name }) => owners.test(name)),
      )
      return toWords(
        kind,
        own.map(({ metadata }) => metadata.name),
      )
    }),
  )
  return found.flat()
}

const toWords = ({ kind }: Kind, names: readonly string[]): readonly string[] =>
  names.map((name) => `${kind} ${name}`)
