import { fastify } from 'fastify'
import type { FastifyInstance } from 'fastify'
import { addPage } from './page'
import type { PageOptions } from './page'
import { PageProblem, sendProblem } from './page-problem'
import { COMMON_HEADERS } from './policies'

const REQUEST_TIMEOUT_MS = 30_000

/** A server of nothing but the page. */
export function createPageServer(options: PageOptions): FastifyInstance {
  const server = fastify({
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    return503OnClosing: false,
  })
  server.setNotFoundHandler((_request, reply) =>
    sendProblem(
      reply.headers(COMMON_HEADERS),
      new PageProblem('NOT_FOUND', 'there is nothing here, the page is at /'),
    ),
  )
  server.setErrorHandler((error: { readonly statusCode?: number }, _request, reply) => {
    // What fastify finds wrong with a request is the client's fault, and its status says it.
    if ((error.statusCode ?? 500) < 500) {
      return reply
        .code(error.statusCode ?? 400)
        .type('text/plain')
        .send('the request is damaged')
    }
    process.stderr.write(`${String((error as Error).stack)}\n`)
    return sendProblem(reply, new PageProblem('INTERNAL', 'a fault of the page’s server'))
  })
  addPage(server, options)
  return server
}
