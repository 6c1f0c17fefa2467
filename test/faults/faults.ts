import { setTimeout } from 'node:timers/promises'
import type { ServerProcess } from '../helpers/server-process'
import { readInFlight, readSettled } from './consumer-metrics'
import { pickGood, pickWithLarge, pickWithPoison } from './photos-to-send'
import type { PickPhoto } from './photos-to-send'
import type { Side } from './side'

/** What a fault may do while photos are sent and answered. */
export interface FaultContext {
  readonly side: Side
  /** How long the broker is paused, ms. */
  readonly pauseMs: number
  /** Resolves once this share of the photos has an answer. */
  readonly untilAnswered: (share: number) => Promise<void>
  /** Resolves once all were sent. */
  readonly untilSent: () => Promise<void>
  /** Photos that have no record yet, as far as can be told from how many there are. */
  readonly countLeft: () => Promise<number>
  readonly startConsumer: () => Promise<ServerProcess>
  /** Ends one at once, as the kernel does. */
  readonly killConsumer: (consumer: ServerProcess) => Promise<void>
  /** Lets one finish. */
  readonly stopConsumer: (consumer: ServerProcess) => Promise<void>
}

/** Something that goes wrong. */
export interface Fault {
  readonly name: string
  readonly broker: 'kafka' | 'rabbitmq'
  readonly pick: () => Promise<PickPhoto>
  /** With fewer photos all would be answered before it can hit. */
  readonly leastMessages?: number
  /** Starts the consumers, and does the damage; resolves with how often it hit photos that were not answered. */
  readonly run: (context: FaultContext) => Promise<number>
}

type Run = Fault['run']

const KILLS = [0.1, 0.3, 0.5, 0.7]
const RESTARTS = [0.2, 0.6]
const CUTS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
/** A connection of which nothing is heard for two to three times AMQP's heartbeat, 10 s, is given up by both ends. */
const SILENCE_MS = 35_000

/** The photos are what is wrong. */
const nothing: Run = async ({ startConsumer }) => {
  await startConsumer()
  return 1
}

const killConsumers: Run = async ({ startConsumer, killConsumer, untilAnswered }) => {
  let consumer = await startConsumer()
  let hits = 0
  for (const share of KILLS) {
    await untilAnswered(share)
    hits += (await readInFlight(consumer)) > 0 ? 1 : 0
    await killConsumer(consumer)
    consumer = await startConsumer()
  }
  return hits
}

const restartBroker: Run = async ({ side, startConsumer, untilAnswered, countLeft }) => {
  const { broker } = side
  await side.prepareForKill()
  await startConsumer()
  let hits = 0
  for (const share of RESTARTS) {
    await untilAnswered(share)
    hits += (await countLeft()) > 0 ? 1 : 0
    await broker.kill()
    await broker.start()
  }
  return hits
}

const pauseBroker: Run = async (context) => {
  const { side, pauseMs, startConsumer, untilAnswered, countLeft } = context
  await startConsumer()
  await untilAnswered(0.3)
  const left = await countLeft()
  side.broker.pause()
  await setTimeout(pauseMs)
  side.broker.resume()
  return left > 0 ? 1 : 0
}

const fillQueue: Run = async ({ startConsumer, stopConsumer, untilSent, countLeft }) => {
  // One has to have been there: it makes the queues.
  await stopConsumer(await startConsumer())
  await untilSent()
  const left = await countLeft()
  await startConsumer()
  return left > 0 ? 1 : 0
}

/** A second consumer comes and goes, so that partitions wander all the time. */
const rebalance: Run = async (context) => {
  const { startConsumer, stopConsumer, untilAnswered, countLeft } = context
  await startConsumer()
  let hits = 0
  for (let share = 0.05; share < 1 && (await countLeft()) > 0; share += 0.1) {
    await untilAnswered(share)
    const second = await startConsumer()
    await untilAnswered(share + 0.05)
    // It has had partitions of the first one.
    hits += (await readSettled(second)) > 0 ? 1 : 0
    await stopConsumer(second)
  }
  return hits
}

const cutConnections: Run = async (context) => {
  const { side, startConsumer, untilAnswered, countLeft } = context
  await startConsumer()
  let hits = 0
  for (const share of CUTS) {
    await untilAnswered(share)
    const left = await countLeft()
    const cut = side.proxy?.cut() ?? 0
    hits += left > 0 && cut > 0 ? 1 : 0
  }
  return hits
}

const loseHeartbeats: Run = async ({ side: { proxy }, startConsumer, untilAnswered }) => {
  const consumer = await startConsumer()
  await untilAnswered(0.3)
  proxy?.freeze()
  await setTimeout(SILENCE_MS)
  const isLost = consumer.log.some(({ msg }) => msg === 'RabbitMQ was lost')
  proxy?.thaw()
  return isLost ? 1 : 0
}

const BOTH: readonly Omit<Fault, 'broker'>[] = [
  { name: 'consumer killed in the middle of its batches', pick: pickGood, run: killConsumers },
  { name: 'broker killed and restarted', pick: pickGood, run: restartBroker },
  { name: 'broker paused', pick: pickGood, run: pauseBroker },
  { name: 'queue filled while no consumer is there', pick: pickGood, run: fillQueue },
  { name: 'poison messages', pick: pickWithPoison, run: nothing },
  { name: 'photos of 20 MB', pick: pickWithLarge, run: nothing },
]

/** All of them. */
export const FAULTS: readonly Fault[] = [
  ...BOTH.map((fault): Fault => ({ ...fault, broker: 'kafka' })),
  {
    ...{ name: 'group forms anew all the time', broker: 'kafka', pick: pickGood, run: rebalance },
    leastMessages: 4000,
  },
  ...BOTH.map((fault): Fault => ({ ...fault, broker: 'rabbitmq' })),
  { name: 'connection cut', broker: 'rabbitmq', pick: pickGood, run: cutConnections },
  { name: 'heartbeats lost', broker: 'rabbitmq', pick: pickGood, run: loseHeartbeats },
]
