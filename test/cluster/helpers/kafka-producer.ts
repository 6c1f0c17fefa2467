import { setTimeout } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'

/** More than enough for a consumer to find its group; then it ends by itself. */
const MOST_MESSAGES = 120

/** Produces a message a second to a topic: BROKERS and TOPIC are its arguments. Runs in a pod, bundled into one file. */
async function main([brokers = '', topic = '']: readonly string[]): Promise<void> {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.ERROR })
  const producer = kafka.producer()
  await producer.connect()
  for (let sent = 0; sent < MOST_MESSAGES; sent++) {
    await producer.send({ topic, messages: [{ value: JSON.stringify({ sent }) }] })
    await setTimeout(1000)
  }
  await producer.disconnect()
}

void main(process.argv.slice(2))
