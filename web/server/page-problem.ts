import type { FastifyReply } from 'fastify'

/** What the page's server refuses, or cannot do, by itself. */
const STATUS = {
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  PHOTO_TOO_LARGE: 413,
  INTERNAL: 500,
  TARGET_FAILED: 502,
  OVERLOADED: 503,
  TIMED_OUT: 504,
} as const

type PageProblemCode = keyof typeof STATUS

/** The phrases of RFC 9110, as `about:blank` asks for. */
const TITLES: Readonly<Record<PageProblemCode, string>> = {
  NOT_FOUND: 'Not Found',
  METHOD_NOT_ALLOWED: 'Method Not Allowed',
  PHOTO_TOO_LARGE: 'Content Too Large',
  INTERNAL: 'Internal Server Error',
  TARGET_FAILED: 'Bad Gateway',
  OVERLOADED: 'Service Unavailable',
  TIMED_OUT: 'Gateway Timeout',
}

/** Headers that belong to a code. */
const HEADERS: Partial<Readonly<Record<PageProblemCode, Readonly<Record<string, string>>>>> = {
  METHOD_NOT_ALLOWED: { allow: 'POST' },
  OVERLOADED: { 'retry-after': '1' },
}

/** An answer of the page's server that is no photo's; the message is for who asked. */
export class PageProblem extends Error {
  override readonly name = 'PageProblem'
  readonly code: PageProblemCode

  constructor(code: PageProblemCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Answers with problem details of RFC 9457, in the shape in which the targets tell theirs. */
export function sendProblem(reply: FastifyReply, { code, message }: PageProblem): FastifyReply {
  const status = STATUS[code]
  return reply
    .code(status)
    .headers({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...HEADERS[code],
    })
    .send(
      JSON.stringify({ type: 'about:blank', title: TITLES[code], status, code, detail: message }),
    )
}
