import { connectAmqp } from './amqp'
import type { AmqpOptions, ConfirmChannel } from './amqp'
import { publish } from './publish'
import { RpcError } from './rpc-error'
import type { RpcPrediction } from './rpc-reply'
import { openRequest, REPLY_QUEUE } from './rpc-request'
import type { RpcOptions, RpcRequest } from './rpc-request'

/** Classifies photos through RabbitMQ. */
export interface RpcClient {
  /** @throws RpcError; the signal's reason */
  classify(photo: Uint8Array, options: RpcOptions): Promise<RpcPrediction>
  /** Fails what waits as CLOSED. */
  close(): Promise<void>
}

/**
 * Connects a client. Where its connection is lost, photos that wait are sent again over the next one: they may then be
 * classified twice, and are answered once.
 *
 * @throws BrokerError
 */
export async function createRpcClient(options: AmqpOptions): Promise<RpcClient> {
  const waiting = new Map<string, RpcRequest>()
  let channel: ConfirmChannel | undefined
  let isClosed = false

  async function send(request: RpcRequest): Promise<void> {
    const used = channel
    if (used === undefined) return
    try {
      await publish(used, request.toPublication())
    } catch (cause) {
      // Where the channel was lost it is sent over the next one.
      if (used !== channel) return
      request.fail(toRpcError(cause))
    }
  }

  async function setUp(opened: ConfirmChannel): Promise<void> {
    opened.on('close', () => {
      if (channel === opened) channel = undefined
    })
    opened.on('return', ({ properties: { correlationId } }) => {
      const request = waiting.get(String(correlationId))
      request?.fail(new RpcError('UNROUTABLE', `nobody serves the model ${request.model}`))
    })
    await opened.consume(
      REPLY_QUEUE,
      (reply) => {
        if (reply !== null)
          waiting.get(String(reply.properties.correlationId))?.receive(reply.content)
      },
      { noAck: true },
    )
    channel = opened
    for (const request of waiting.values()) void send(request)
  }

  const connection = await connectAmqp({ ...options, setUp, onLost: () => (channel = undefined) })
  return {
    async classify(photo, asked) {
      asked.signal?.throwIfAborted()
      if (isClosed) throw new RpcError('CLOSED', 'the client was closed')
      const request = openRequest(photo, asked)
      waiting.set(request.correlationId, request)
      try {
        void send(request)
        return await request.answer
      } finally {
        waiting.delete(request.correlationId)
      }
    },
    async close() {
      isClosed = true
      for (const request of waiting.values()) {
        request.fail(new RpcError('CLOSED', 'the client was closed'))
      }
      await connection.close()
    },
  }
}

/** A queue that is full refuses by a negative acknowledgement; all else is about the message. */
function toRpcError(cause: unknown): RpcError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return reason === 'message nacked'
    ? new RpcError('OVERLOADED', 'too many photos are waiting', { cause })
    : new RpcError('INVALID_MESSAGE', `the request cannot be sent: ${reason}`, { cause })
}
