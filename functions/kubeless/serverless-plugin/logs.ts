import type { Cluster } from './cluster'
import { ClusterError } from './cluster-error'
import type { Pod } from './observed-objects'

/** Lines of each pod unless it is told otherwise. */
const TAIL_LINES = 200
const TIMEOUT_MS = 30_000

/**
 * The last lines of a function's pods, each with its pod's name where there are several.
 *
 * @throws ClusterError also where there is no pod
 */
export async function readLogs(cluster: Cluster, name: string): Promise<string> {
  const pods = await cluster.list<Pod>({ apiVersion: 'v1', kind: 'Pod' }, { function: name })
  if (pods.length === 0) {
    throw new ClusterError(`function ${name} has no pods in ${cluster.namespace}: is it deployed?`)
  }
  const parts = await Promise.all(
    pods.map(async ({ metadata }) => {
      const pod = metadata?.name ?? ''
      const text = await readLog(cluster, name, pod)
      return pods.length === 1 ? text : text.replace(/^(?=.)/gm, `${pod} `)
    }),
  )
  return parts.join('')
}

async function readLog(cluster: Cluster, container: string, pod: string): Promise<string> {
  const query = new URLSearchParams({ container, tailLines: String(TAIL_LINES) })
  const path = `/api/v1/namespaces/${cluster.namespace}/pods/${pod}/log?${query.toString()}`
  const { status, body } = await cluster.send({ method: 'GET', path }, TIMEOUT_MS)
  if (status === 200) return body.toString()
  throw new ClusterError(`log of pod ${pod}: ${body.toString()}`, { status })
}
