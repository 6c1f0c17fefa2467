import { readFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import type { Cluster } from './cluster'
import { ClusterError } from './cluster-error'
import type { FunctionPlan } from './read-service'

/** What is sent to a function. */
export interface Invocation {
  /** Text; or the file of `path`. */
  readonly data: string | undefined
  readonly path: string | undefined
}

/**
 * Calls a function through the API server, so that it need not be reachable otherwise.
 *
 * @returns the body of its answer
 * @throws ClusterError also for an answer that is none of 2xx, with its body
 */
export async function invoke(
  cluster: Cluster,
  { name, port, timeoutSeconds }: FunctionPlan,
  { data, path }: Invocation,
): Promise<string> {
  const body = path === undefined ? Buffer.from(data ?? '') : await readInput(path)
  const { namespace } = cluster
  const { status, body: answer } = await cluster.send(
    {
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy/`,
      headers: {
        'content-type': path === undefined ? 'text/plain' : 'application/octet-stream',
        'content-length': String(body.byteLength),
        'event-id': randomUUID(),
        'event-time': new Date().toISOString(),
        'event-type': 'application/octet-stream',
        'event-namespace': 'serverless.kubeless.io',
      },
      body,
    },
    (Number(timeoutSeconds) + 5) * 1000,
  )
  const text = answer.toString()
  if (status >= 200 && status < 300) return text
  throw new ClusterError(`function ${name} answers ${status}: ${text}`, { status })
}

async function readInput(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new ClusterError(`${path}, which is to be sent, cannot be read`, { cause })
  }
}
