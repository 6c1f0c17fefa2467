import { connect } from 'amqplib'
import type { ChannelModel, ConfirmChannel } from 'amqplib'
import { startRabbitMq } from '../helpers/brokers/rabbitmq-broker'
import { startServer } from '../helpers/server-process'
import { startTcpProxy } from '../helpers/tcp-proxy'
import type { Outcome } from './account'
import { persist } from './persist'
import type { Side } from './side'

const MODEL = 'photo-net'
const REPLIES = 'replies'
const REJECTED = 'rejected-photos'

/** RabbitMQ, with its client library used directly: not by way of what is tested. */
export async function openRabbitMqSide(): Promise<Side> {
  const broker = await startRabbitMq()
  const url = `amqp://127.0.0.1:${broker.port}`
  // Consumers go through it; who sends and counts does not.
  const proxy = await startTcpProxy(broker.port)
  const link = createLink(url)
  const env = { AMQP_URL: `amqp://127.0.0.1:${proxy.port}`, MODEL }
  const startConsumer = () => startServer({ file: 'dist/container/main.js', env })
  return {
    broker,
    proxy,
    // RabbitMQ 3.10 forgets a queue that was made in the seconds before it is killed: it notes new ones late.
    async prepareForKill() {
      // That of the replies, too.
      await link.open()
      const { exitCode } = await (await startConsumer()).stop()
      if (exitCode !== 0) throw new Error(`the consumer ended with ${String(exitCode)}`)
      await broker.shutDown()
      await broker.start()
    },
    async send({ id, bytes }, signal) {
      const properties = { persistent: true, messageId: id, correlationId: id, replyTo: REPLIES }
      await persist(signal, async () => {
        const channel = await link.open()
        await new Promise<void>((resolve, reject) => {
          channel.sendToQueue(
            `photos.${MODEL}`,
            Buffer.from(bytes),
            properties,
            (error: unknown) => {
              if (error instanceof Error) reject(error)
              else resolve()
            },
          )
        })
      })
    },
    startConsumer,
    async countOutcomes() {
      const channel = await link.open()
      return (await channel.checkQueue(REPLIES)).messageCount
    },
    readOutcomes: () => readOutcomes(url),
    async close() {
      await link.close()
      await proxy.close()
      await broker.stop()
    },
  }
}

interface Link {
  open(): Promise<ConfirmChannel>
  close(): Promise<void>
}

/** A channel that is opened anew where it was lost. */
function createLink(url: string): Link {
  let opened: Promise<{ model: ChannelModel; channel: ConfirmChannel }> | undefined
  async function open(): Promise<{ model: ChannelModel; channel: ConfirmChannel }> {
    const forget = (): void => {
      opened = undefined
    }
    try {
      const model = await connect(url, { timeout: 5000, noDelay: true })
      model.on('error', forget)
      model.on('close', forget)
      const channel = await model.createConfirmChannel()
      channel.on('error', () => void model.close().catch(() => undefined))
      await channel.assertQueue(REPLIES, { durable: true })
      return { model, channel }
    } catch (error) {
      forget()
      throw error
    }
  }
  return {
    open: async () => (await (opened ??= open())).channel,
    async close() {
      const link = await opened?.catch(() => undefined)
      await link?.model.close().catch(() => undefined)
    },
  }
}

/** What is read and not acknowledged is there again when the connection ends. */
async function readOutcomes(url: string): Promise<readonly Outcome[]> {
  const model = await connect(url, { timeout: 5000 })
  // What is asked fails with it.
  model.on('error', () => undefined)
  try {
    const replies = await readAll(model, REPLIES)
    const rejected = await readAll(model, REJECTED)
    return [
      ...replies.flatMap(({ content, properties }): Outcome[] => {
        const text = content.toString()
        const isAnswer = properties.contentType === 'application/json'
        // A refusal has a record among the rejected, too, which is the one that counts.
        return isAnswer
          ? [{ id: String(properties.correlationId), state: 'answered', content: text }]
          : []
      }),
      ...rejected.map(({ properties }): Outcome => {
        const code = properties.headers?.['rejected-code'] as unknown
        const content = typeof code === 'string' ? code : 'dead'
        return { id: String(properties.messageId), state: 'rejected', content }
      }),
    ]
  } finally {
    await model.close()
  }
}

type Delivery = NonNullable<Parameters<Parameters<ConfirmChannel['consume']>[1]>[0]>

async function readAll(model: ChannelModel, queue: string): Promise<readonly Delivery[]> {
  const channel = await model.createChannel()
  const { messageCount } = await channel.checkQueue(queue)
  const read: Delivery[] = []
  if (messageCount > 0) {
    await new Promise<void>((resolve, reject) => {
      channel.on('error', reject)
      const take = (delivery: Delivery | null): void => {
        if (delivery !== null) read.push(delivery)
        if (read.length === messageCount) resolve()
      }
      channel.consume(queue, take).catch(reject)
    })
  }
  await channel.close()
  return read
}
