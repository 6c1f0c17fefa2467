import type { Inference } from '../inference'
import { connectKafka } from '../messaging/kafka'
import { consumeKafka } from '../messaging/kafka-consumer'
import type { KafkaConsumerOptions } from '../messaging/kafka-consumer'
import type { MessageConsumer } from '../messaging/message-consumer'
import { serveRpc } from '../messaging/rpc-server'
import type { Logger } from '../serving/log'
import type { MessageMetrics } from '../serving/message-metrics'
import type { AmqpConfig, KafkaConfig, MessagesConfig } from '../serving/messages-config'
import { logMessage } from '../serving/request-log'

interface ConsumersOptions {
  readonly config: MessagesConfig
  readonly inference: Inference
  readonly log: Logger
  readonly metrics: MessageMetrics
}

/** What answers messages of a broker. */
export interface Consumer extends MessageConsumer {
  readonly broker: string
}

interface Parts extends Omit<ConsumersOptions, 'config'> {
  readonly maxInFlight: number
}

/**
 * Begins to answer messages of the brokers that are configured.
 *
 * @throws BrokerError of the first that cannot be used; the others are stopped
 */
export async function startConsumers({
  config: { kafka, amqp, maxInFlight },
  ...parts
}: ConsumersOptions): Promise<readonly Consumer[]> {
  const starts = [
    ...(kafka === undefined ? [] : [startKafka(kafka, { ...parts, maxInFlight })]),
    ...(amqp === undefined ? [] : [startAmqp(amqp, { ...parts, maxInFlight })]),
  ]
  const outcomes = await Promise.allSettled(starts)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  const consumers = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  )
  if (failed === undefined) return consumers
  await Promise.all(consumers.map((consumer) => consumer.stop()))
  throw failed.reason
}

async function startKafka(config: KafkaConfig, parts: Parts): Promise<Consumer> {
  const { groupId, topics } = config
  const kafka = await connectKafka(config, Object.values(topics))
  const shared = toShared('kafka', parts)
  const consumer = await consumeKafka({ kafka, groupId, topics, ...shared })
  return withBroker('kafka', consumer, async () => {
    await consumer.stop()
    await kafka.close()
  })
}

async function startAmqp(config: AmqpConfig, parts: Parts): Promise<Consumer> {
  const models = parts.inference.models.map(({ card }) => card.name)
  const server = await serveRpc({ ...config, ...toShared('amqp', parts), models })
  return withBroker('amqp', server, () => server.stop())
}

const withBroker = (
  broker: string,
  consumer: MessageConsumer,
  stop: () => Promise<void>,
): Consumer => ({
  broker,
  get inFlight() {
    return consumer.inFlight
  },
  get isPaused() {
    return consumer.isPaused
  },
  readLag: () => consumer.readLag(),
  stop,
})

const toShared = (
  broker: string,
  { inference: { consume }, log, metrics, maxInFlight }: Parts,
): Pick<KafkaConsumerOptions, 'consume' | 'maxInFlight' | 'log' | 'observe'> => ({
  consume,
  maxInFlight,
  log: {
    warn(event, details) {
      log.warn({ broker, ...details }, event)
    },
  },
  observe(outcome, timeMs) {
    metrics.observe(broker, outcome, timeMs)
    logMessage(log, outcome, { broker, timeMs })
  },
})
