import type { FastifyReply, FastifyRequest } from 'fastify'
import type { KubelessRequest, KubelessResponse } from '../event'

/** Adds to Node's request what Kubeless functions know from Express. */
export function toKubelessRequest(request: FastifyRequest): KubelessRequest {
  const { raw } = request
  return Object.assign(raw, {
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    originalUrl: request.originalUrl,
    path: request.originalUrl.split('?', 1)[0] ?? '/',
    query: request.query as Readonly<Record<string, unknown>>,
    get: (name: string) => [raw.headers[name.toLowerCase()]].flat().join(', ') || undefined,
  })
}

/** Adds to Node's response what Kubeless functions know from Express; the function owns it from here on. */
export function toKubelessResponse(reply: FastifyReply): KubelessResponse {
  reply.hijack()
  const response: KubelessResponse = Object.assign(reply.raw, {
    status(code: number) {
      response.statusCode = code
      return response
    },
    set(name: string | Readonly<Record<string, string>>, value?: string) {
      const headers = typeof name === 'string' ? { [name]: value ?? '' } : name
      for (const [key, text] of Object.entries(headers)) response.setHeader(key, text)
      return response
    },
    type: (contentType: string) => response.set('content-type', contentType),
    send(body: unknown) {
      if (typeof body === 'string' || Buffer.isBuffer(body)) response.end(body)
      else response.json(body)
      return response
    },
    json(body: unknown) {
      if (!response.hasHeader('content-type')) response.type('application/json; charset=utf-8')
      response.end(JSON.stringify(body))
      return response
    },
  })
  return response
}
