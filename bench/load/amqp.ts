import { randomUUID } from 'node:crypto'
import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import { TargetError } from '../targets/target'
import type { Reply } from './ask-one'
import type { MessageLink } from './messages'
import { toReason } from './reason'
import { createReplies } from './replies'

interface AmqpLinkOptions {
  readonly url: string
  /** Its queue is the one that photos go to. */
  readonly model: string
}

/** RabbitMQ's own queue for answers. */
const REPLY_TO = 'amq.rabbitmq.reply-to'
const CONNECT_LIMIT_MS = 10_000
/** No answer: the status of a message that names none. */
const UNKNOWN_STATUS = 500

/**
 * The way to a target by RabbitMQ: a photo is published, persistently and confirmed, to the queue of its model, and is
 * answered by direct reply-to.
 *
 * @throws TargetError where the broker cannot be used; without the address, which may have a password in it
 */
export async function openAmqpLink({ url, model }: AmqpLinkOptions): Promise<MessageLink> {
  const { connect } = await import('amqplib')
  try {
    const connection = await connect(url, { noDelay: true, timeout: CONNECT_LIMIT_MS })
    // Each is followed by an answer that does not come, which is told.
    connection.on('error', () => undefined)
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => undefined)
    const replies = createReplies()
    const onReply = (message: ConsumeMessage | null): void => {
      if (message !== null)
        replies.receive(String(message.properties.correlationId), toReply(message))
    }
    await channel.consume(REPLY_TO, onReply, { noAck: true })
    return {
      get duplicates() {
        return replies.duplicates
      },
      async ask({ bytes, contentType }, signal) {
        const correlationId = randomUUID()
        const answer = replies.wait(correlationId, signal)
        answer.catch(() => undefined)
        const properties = { persistent: true, correlationId, contentType, replyTo: REPLY_TO }
        await publish(channel, `photos.${model}`, bytes, properties)
        return answer
      },
      close: () => connection.close(),
    }
  } catch (error) {
    throw new TargetError(`RabbitMQ cannot be used: ${toReason(error)}`)
  }
}

function publish(
  channel: ConfirmChannel,
  queue: string,
  bytes: Buffer,
  properties: Parameters<ConfirmChannel['sendToQueue']>[2],
): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.sendToQueue(queue, bytes, properties, (error: unknown) => {
      if (error instanceof Error) reject(error)
      else resolve()
    })
  })
}

function toReply({ content, properties }: ConsumeMessage): Reply {
  const body = content.toString()
  const timing: unknown = properties.headers?.['ce_servertiming']
  const serverTiming = typeof timing === 'string' ? timing : undefined
  if (properties.contentType === 'application/json') return { status: 200, body, serverTiming }
  return { status: toStatus(body), body, serverTiming: undefined }
}

/** Of problem details (RFC 9457). */
function toStatus(body: string): number {
  try {
    const { status } = JSON.parse(body) as { readonly status?: unknown }
    return typeof status === 'number' ? status : UNKNOWN_STATUS
  } catch {
    return UNKNOWN_STATUS
  }
}
