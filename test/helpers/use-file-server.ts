import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is answered to a path: bytes with 200, or whatever the function makes of it. */
type Answer = Uint8Array | ((request: IncomingMessage, response: ServerResponse) => void)

/** A server on 127.0.0.1 that gives files. */
export interface FileServer {
  readonly url: string
  /** By path. */
  readonly files: Map<string, Answer>
  /** What was asked for. */
  readonly asked: { readonly url: string; readonly headers: IncomingHttpHeaders }[]
}

/** A server for the tests of a `describe`, empty at the beginning of each. */
export function useFileServer(): () => FileServer {
  let server: Server
  let url = ''
  const files: FileServer['files'] = new Map()
  const asked: FileServer['asked'] = []

  before(async () => {
    server = createServer((request, response) => {
      asked.push({ url: request.url ?? '', headers: request.headers })
      const answer = files.get((request.url ?? '').split('?', 1)[0] ?? '')
      if (typeof answer === 'function') answer(request, response)
      else response.writeHead(answer === undefined ? 404 : 200).end(answer)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  beforeEach(() => {
    files.clear()
    asked.length = 0
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return () => ({ url, files, asked })
}

/** Leads to another address. */
export const redirect =
  (location: string): Answer =>
  (_request, response) => {
    response.writeHead(302, { location }).end()
  }
