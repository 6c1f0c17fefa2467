import type { Socket } from 'node:net'
import type autocannon from 'autocannon'
import type { Failure } from './load'
import { toReason } from './reason'

/** What of autocannon's client is used beyond its types. */
export interface Client extends autocannon.Client {
  /** It ends when it has made so many requests. */
  responseMax: number
  /** How long it waits for an answer, ms; its options know whole seconds only. */
  timeout: number
  readonly reqsMade: number
  readonly destroyed: boolean
  /** Undefined until it connects for the first time. */
  readonly conn?: Socket
  readonly parser: Parser
  /** Its context is that of the request on its way. */
  readonly requestIterator: { readonly context: object }
  destroy(): void
  _connect(): void
  _doRequest(): void
  _destroyConnection(): void
}

/** What of http-parser-js is used. */
interface Parser {
  readonly state: string
  initialize(type: 'RESPONSE'): void
  /** Returns what is wrong with the bytes. */
  execute(bytes: Buffer): unknown
  /** Nothing more comes: where an answer has no length, it is complete. */
  finish(): void
}

/** Why a request got no answer. */
export type Loss = Pick<Failure, 'outcome' | 'message'>

/**
 * Mends how a client of autocannon 9 goes on when a connection ends. Left alone it sends once more on a connection that
 * the server said it would close; it never says that a connection was closed; after an answer that was cut short it
 * reads the next one as the rest of it and times it from the lost request; what is not HTTP it waits out; and of a
 * connection that ends and then fails it makes two.
 *
 * @param onLost is called before the next request is sent, with the context of the one that got no answer
 */
export function mend(client: Client, onLost: (context: object, loss: Loss) => void): void {
  const { parser } = client
  const connect = client._connect.bind(client)
  const doRequest = client._doRequest.bind(client)
  const execute = parser.execute.bind(parser)
  let failure: Error | undefined
  let isLastAnswer = false
  const events: NodeJS.EventEmitter = client
  events.on('connError', (error: Error) => (failure = error))
  events.on('headers', ({ shouldKeepAlive }: { readonly shouldKeepAlive: boolean }) => {
    isLastAnswer = !shouldKeepAlive
  })
  parser.execute = (bytes) => {
    const result = execute(bytes)
    if (result instanceof Error) client.conn?.destroy(new Error(`no HTTP: ${result.message}`))
    return result
  }
  client._doRequest = () => {
    if (isLastAnswer) renew()
    else doRequest()
  }
  // Called for the first connection, and then whenever one was lost.
  client._connect = () => {
    const { conn } = client
    if (conn === undefined) connect()
    else if (isComplete(conn)) parser.finish()
    else {
      onLost(client.requestIterator.context, toLoss(failure, conn))
      renew()
    }
  }

  /** An answer without a length ends with its connection. */
  function isComplete({ destroyed }: Socket): boolean {
    return parser.state === 'BODY_RAW' && failure === undefined && !destroyed
  }

  function renew(): void {
    if (client.destroyed) return
    client._destroyConnection()
    parser.initialize('RESPONSE')
    failure = undefined
    isLastAnswer = false
    connect()
  }
}

function toLoss(failure: Error | undefined, { destroyed }: Socket): Loss {
  if (failure !== undefined) return { outcome: 'unanswered', message: toReason(failure) }
  // A time limit closes the connection from our side.
  if (destroyed) return { outcome: 'timed-out', message: 'request timed out' }
  return { outcome: 'unanswered', message: 'the connection was closed' }
}
