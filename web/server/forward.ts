import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { PageProblem } from './page-problem'
import type { PageTarget } from './page-target'

/** A photo on its way to a target. */
export interface ForwardedPhoto {
  readonly bytes: Buffer
  readonly contentType: string | undefined
}

/** What of a target's answer is passed on, and nothing else. */
export interface ForwardedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Sends photos to targets. */
export interface Forwarder {
  /**
   * The target's answer, whatever its status.
   *
   * @throws PageProblem TARGET_FAILED or TIMED_OUT; the signal's reason once that is aborted
   */
  forward(target: PageTarget, photo: ForwardedPhoto, gone: AbortSignal): Promise<ForwardedAnswer>
  /** Ends the connections that are kept. */
  close(): void
}

const PASSED_ON = ['content-type', 'server-timing', 'retry-after'] as const
/** A thousand labels take a tenth of it. */
const MAX_ANSWER_BYTES = 1024 * 1024

/** A forwarder that waits `timeLimitMs` for an answer, and keeps connections for the next photo. */
export function createForwarder(timeLimitMs: number): Forwarder {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ keepAlive: true }),
  }

  function send(target: PageTarget, photo: ForwardedPhoto, signal: AbortSignal) {
    const url = new URL(`${target.baseUrl}/classify`)
    const { bytes, contentType } = photo
    const options = {
      method: 'POST',
      headers: {
        'content-length': bytes.byteLength,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      signal,
    }
    return new Promise<IncomingMessage>((resolve, reject) => {
      const request =
        url.protocol === 'https:'
          ? requestHttps(url, { ...options, agent: agents['https:'] }, resolve)
          : requestHttp(url, { ...options, agent: agents['http:'] }, resolve)
      request.on('error', reject).end(bytes)
    })
  }

  return {
    async forward(target, photo, gone) {
      const late = AbortSignal.timeout(timeLimitMs)
      try {
        return await toAnswer(await send(target, photo, AbortSignal.any([gone, late])))
      } catch (cause) {
        gone.throwIfAborted()
        const { name } = target
        if (late.aborted) {
          throw new PageProblem('TIMED_OUT', `${name} did not answer within ${timeLimitMs} ms`, {
            cause,
          })
        }
        throw new PageProblem('TARGET_FAILED', `${name} ${toReason(cause)}`, { cause })
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

class AnswerTooLong extends Error {}

async function toAnswer(response: IncomingMessage): Promise<ForwardedAnswer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) throw new AnswerTooLong()
    chunks.push(chunk)
  }
  const headers = PASSED_ON.flatMap((name) => {
    const value = response.headers[name]
    return value === undefined ? [] : [[name, String(value)] as const]
  })
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks, length),
  }
}

/** Without its address, which is the operator's own business. */
function toReason(error: unknown): string {
  if (error instanceof AnswerTooLong) return 'answered with more than a megabyte'
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code === 'ECONNREFUSED') return 'does not listen: is it running?'
  return `cannot be reached, or broke off its answer (${code})`
}
