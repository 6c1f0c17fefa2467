import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A kubeconfig by which the API server is asked, and what that took of rights. */
export interface RecordedRights {
  readonly kubeconfig: string
  /** What was allowed: `verb group/resource`, as `toRights` writes them. */
  readonly used: ReadonlySet<string>
  stop(): Promise<void>
}

interface Role {
  readonly rules: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
  }[]
}

/** All that a role allows. */
export const toRights = ({ rules }: Role): readonly string[] =>
  rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
    ),
  )

/**
 * Stands between a user and the API server, and writes down the rights that answers took. Requests go through
 * `kubectl proxy`, which is that user.
 *
 * @param folder for the kubeconfig
 */
export async function recordRights(
  user: { readonly kubeconfig: string; readonly namespace: string },
  folder: string,
): Promise<RecordedRights> {
  const args = ['--kubeconfig', user.kubeconfig, 'proxy', '--port', '0']
  const proxy = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(proxy.stdout), 'line')) as [string]
  const port = Number(/:(\d+)$/.exec(line)?.[1])
  const used = new Set<string>()
  const server = createServer((asked, answer) => {
    forward(asked, answer, port, (status) => {
      for (const right of toUsed(asked.method ?? '', asked.url ?? '', status)) used.add(right)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const kubeconfig = join(folder, 'recorded.kubeconfig')
  const context = { cluster: 'recorded', user: 'recorded', namespace: user.namespace }
  await writeFile(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'recorded' },
      // The client takes an address without TLS only where it is told not to verify any.
      clusters: [
        {
          name: 'recorded',
          cluster: { server: toUrl(server.address()), 'insecure-skip-tls-verify': true },
        },
      ],
      contexts: [{ name: 'recorded', context }],
      users: [{ name: 'recorded', user: {} }],
    }),
  )
  return {
    ...{ kubeconfig, used },
    async stop() {
      const ended = once(proxy, 'exit')
      proxy.kill()
      server.closeAllConnections()
      server.close()
      await ended
    },
  }
}

const toUrl = (address: AddressInfo | string | null): string =>
  `http://127.0.0.1:${(address as AddressInfo).port}`

function forward(
  asked: IncomingMessage,
  answer: ServerResponse,
  port: number,
  onStatus: (status: number) => void,
): void {
  const { method, url, headers } = asked
  // By its own name: `kubectl proxy` answers no other.
  const onward = { ...headers, host: `127.0.0.1:${port}` }
  const sent = request({ host: '127.0.0.1', port, method, path: url, headers: onward }, (got) => {
    onStatus(got.statusCode ?? 0)
    answer.writeHead(got.statusCode ?? 0, got.headers)
    got.pipe(answer)
  })
  sent.on('error', () => answer.destroy())
  asked.pipe(sent)
}

const PATH =
  /^\/(?:api\/v1|apis\/(?<group>[^/]+)\/[^/]+)\/namespaces\/[^/]+\/(?<resource>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<part>[^/]+))?)?/
const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PATCH: 'patch',
  PUT: 'update',
  DELETE: 'delete',
}
/** A patch that has made its object needs the right to do that as well. */
const CREATED = 201

/** Of what is asked of no namespace, such as which kinds there are, a Role says nothing. */
function toUsed(method: string, url: string, status: number): readonly string[] {
  const { pathname, searchParams } = new URL(url, 'http://server')
  const { group = '', resource, name, part } = PATH.exec(pathname)?.groups ?? {}
  if (resource === undefined) return []
  const reading = name === undefined ? (searchParams.has('watch') ? 'watch' : 'list') : 'get'
  const verb = VERBS[method] ?? reading
  const what = `${group}/${part === undefined ? resource : `${resource}/${part}`}`
  const verbs = verb === 'patch' && status === CREATED ? [verb, 'create'] : [verb]
  return verbs.map((each) => `${each} ${what}`)
}
