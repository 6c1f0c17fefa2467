import { readFileSync } from 'node:fs'
import { Kafka, logLevel } from 'kafkajs'

/** A record to be produced; its value is base64. */
export interface RecordToProduce {
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly value: string
}

const OUTCOMES = ['predictions', 'rejected-photos']

/**
 * Runs in a pod, bundled into one file: produces the records of a file to `photos`, and writes each record on a photo as a
 * line of JSON, until it is ended. Its arguments: brokers, file.
 */
async function main([brokers = '', file = '']: readonly string[]): Promise<void> {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.ERROR })
  const consumer = kafka.consumer({ groupId: `reader-${Date.now()}` })
  await consumer.connect()
  await consumer.subscribe({ topics: OUTCOMES, fromBeginning: true })
  await consumer.run({
    eachMessage({ topic, message: { key, headers = {}, value } }) {
      const texts = Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, String(text)]),
      )
      const record = {
        topic,
        key: key?.toString(),
        headers: texts,
        value: value?.toString('base64'),
      }
      process.stdout.write(`${JSON.stringify(record)}\n`)
      return Promise.resolve()
    },
  })
  const producer = kafka.producer()
  await producer.connect()
  for (const { key, headers, value } of JSON.parse(
    readFileSync(file, 'utf8'),
  ) as RecordToProduce[]) {
    const message = {
      key: key ?? null,
      headers: { ...headers },
      value: Buffer.from(value, 'base64'),
    }
    await producer.send({ topic: 'photos', messages: [message] })
  }
}

void main(process.argv.slice(2))
