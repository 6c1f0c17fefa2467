import type { IncomingMessage, ServerResponse } from 'node:http'

/** Express' request as far as Kubeless functions use it. */
export interface KubelessRequest extends IncomingMessage {
  /** The body's bytes, untouched. */
  body: Buffer
  originalUrl: string
  path: string
  query: Readonly<Record<string, unknown>>
  get(name: string): string | undefined
}

/** Express' response as far as Kubeless functions use it. */
export interface KubelessResponse extends ServerResponse {
  status(code: number): this
  set(headers: Readonly<Record<string, string>>): this
  set(name: string, value: string): this
  type(contentType: string): this
  send(body: unknown): this
  json(body: unknown): this
}

/** The first argument of a Kubeless function, Kubeless 1.0 docs/runtimes. */
export interface KubelessEvent {
  /** Bytes as text, JSON parsed; our runtime leaves binary content types as they are. */
  readonly data: unknown
  readonly 'event-id': string | undefined
  readonly 'event-type': string | undefined
  readonly 'event-time': string | undefined
  readonly 'event-namespace': string | undefined
  readonly extensions: { readonly request: KubelessRequest; readonly response: KubelessResponse }
}

/** The second argument of a Kubeless function. */
export interface KubelessContext {
  readonly 'function-name': string
  readonly timeout: number
  readonly runtime: string | undefined
  readonly 'memory-limit': string | undefined
}
