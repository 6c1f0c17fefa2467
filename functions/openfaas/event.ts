import type { IncomingHttpHeaders } from 'node:http'

/** The first argument of a function in OpenFaaS' Node templates. */
export interface OpenFaasEvent {
  /** Bytes with RAW_BODY=true, else text. */
  readonly body: unknown
  readonly headers: IncomingHttpHeaders
  readonly method: string
  readonly query: Readonly<Record<string, unknown>>
  readonly path: string
  /** Ours: aborts when the client goes away. */
  readonly signal?: AbortSignal
}

/** The second argument of a function in OpenFaaS' Node templates. */
export interface OpenFaasContext {
  status(code: number): this
  headers(values: Readonly<Record<string, string>>): this
  succeed(body: unknown): void
  fail(reason: unknown): void
}
