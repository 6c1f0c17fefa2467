import { startKafka } from '../helpers/brokers/kafka-broker'
import { openKafkaUser } from '../helpers/brokers/kafka-user'
import type { ReadRecord } from '../helpers/brokers/kafka-user'
import { startServer } from '../helpers/server-process'
import type { Outcome } from './account'
import { persist } from './persist'
import type { Side } from './side'

const OUTCOMES = ['predictions', 'rejected-photos']
const PARTITIONS = 3

/** Kafka, with the container twin as its consumer. */
export async function openKafkaSide(): Promise<Side> {
  const broker = await startKafka({ partitions: PARTITIONS })
  const user = await openKafkaUser(broker.port)
  await user.createTopics(['photos', ...OUTCOMES])
  const env = { KAFKA_BROKERS: `127.0.0.1:${broker.port}` }
  return {
    broker,
    proxy: undefined,
    prepareForKill: () => Promise.resolve(),
    send({ id, bytes }, signal) {
      const headers = {
        ...{ ce_specversion: '1.0', ce_id: id, ce_source: '/test', ce_type: 'test.photo' },
      }
      const record = { key: id, headers, value: Buffer.from(bytes) }
      return persist(signal, () => user.produce('photos', record))
    },
    startConsumer: () => startServer({ file: 'dist/container/main.js', env }),
    countOutcomes: () => user.count(...OUTCOMES),
    readOutcomes: async () => (await user.readAll(...OUTCOMES)).map(toOutcome),
    async close() {
      await user.close()
      await broker.stop()
    },
  }
}

const toOutcome = ({ topic, headers, value }: ReadRecord): Outcome =>
  topic === 'predictions'
    ? { id: headers['ce_id'] ?? '', state: 'answered', content: value.toString() }
    : {
        id: headers['rejected-id'] ?? '',
        state: 'rejected',
        content: headers['rejected-code'] ?? '',
      }
