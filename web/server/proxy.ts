import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createForwarder } from './forward'
import { PageProblem } from './page-problem'
import type { PageTarget } from './page-target'

/** Limits of what is passed on to targets. */
export interface ProxyLimits {
  /** Of one photo, its form included. */
  readonly maxBytes: number
  /** For a target's answer. */
  readonly timeLimitMs: number
  /** Of all targets together. */
  readonly maxAtOnce: number
}

interface ProxyOptions {
  readonly targets: readonly PageTarget[]
  readonly limits: ProxyLimits
}

/** A route's own pattern, under which logs and metrics know it. */
export const PROXY_ROUTE = '/targets/:name/classify'

interface Asked {
  readonly Params: { readonly name: string }
}

/**
 * Adds POST /targets/NAME/classify for the targets of the list: of a request only the photo and its type get to the
 * target, of the answer only status, body, type and times come back.
 */
export function addProxy(server: FastifyInstance, { targets, limits }: ProxyOptions): void {
  const { maxBytes, timeLimitMs, maxAtOnce } = limits
  const byName = new Map(targets.map((target) => [target.name, target]))
  const forwarder = createForwarder(timeLimitMs)
  server.addHook('onClose', (_server, done) => {
    forwarder.close()
    done()
  })
  let atOnce = 0

  function find({ params: { name } }: FastifyRequest<Asked>): PageTarget {
    const target = byName.get(name)
    if (target !== undefined) return target
    const names = [...byName.keys()].join(', ')
    throw new PageProblem('NOT_FOUND', `there is no target "${name}" here, only ${names || 'none'}`)
  }

  /** Before a body is read, which is in memory from then on. */
  function admit(request: FastifyRequest<Asked>, reply: FastifyReply): void {
    find(request)
    if (request.method !== 'POST') {
      throw new PageProblem('METHOD_NOT_ALLOWED', 'send the photo with POST')
    }
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
    if (atOnce >= maxAtOnce) {
      throw new PageProblem('OVERLOADED', `${maxAtOnce} photos are on their way, try again later`)
    }
    atOnce += 1
    reply.raw.once('close', () => (atOnce -= 1))
  }

  server.all<Asked>(PROXY_ROUTE, {
    onRequest(request, reply, done) {
      try {
        admit(request, reply)
        done()
      } catch (error) {
        done(error as PageProblem)
      }
    },
    async handler(request, reply) {
      const photo = { bytes: toBytes(request), contentType: request.headers['content-type'] }
      const gone = toGone(reply.raw)
      const answer = await forwarder.forward(find(request), photo, gone).catch((error: unknown) => {
        if (gone.aborted) return undefined
        throw error
      })
      // Nobody is there to be answered.
      if (answer === undefined) return reply.hijack()
      const { status, headers, body } = answer
      return reply
        .code(status)
        .headers({ ...headers, 'cache-control': 'no-store' })
        .send(body)
    },
  })
}

/** What the parser of `readPhotos` leaves. */
interface ReadPhoto {
  readonly photo: Buffer
}

/**
 * Reads bodies of any type as they are. In an object: a server that gives a body's memory back when its client leaves
 * must not do so while the photo is still being sent on.
 */
export function readPhotos(server: FastifyInstance, maxBytes: number): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: maxBytes },
    (_request, photo: Buffer, done) => {
      const body: ReadPhoto = { photo }
      done(null, body)
    },
  )
}

function toBytes({ body }: FastifyRequest<Asked>): Buffer {
  return (body as ReadPhoto | undefined)?.photo ?? Buffer.alloc(0)
}

/** The problem of a photo of more than `maxBytes` bytes. */
export const tooLarge = (maxBytes: number): PageProblem =>
  new PageProblem('PHOTO_TOO_LARGE', `the request has more than the ${maxBytes} bytes accepted`)

/** Aborts when the client goes away before it has its answer. */
function toGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableEnded) controller.abort()
  })
  return controller.signal
}
