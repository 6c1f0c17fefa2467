import { setTimeout } from 'node:timers/promises'
import type { ServerProcess } from '../helpers/server-process'
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
  /** Whether every photo has a record. */
  readonly isComplete: () => boolean
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
  /** Starts the consumers, and does the damage. */
  readonly run: (context: FaultContext) => Promise<void>
}

type Run = Fault['run']

const KILLS = [0.1, 0.3, 0.5, 0.7]
const RESTARTS = [0.2, 0.6]
const CUTS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
/** A connection of which nothing is heard for two to three times AMQP's heartbeat, 10 s, is given up by both ends. */
const SILENCE_MS = 35_000

const nothing: Run = async ({ startConsumer }) => {
  await startConsumer()
}

const killConsumers: Run = async ({ startConsumer, killConsumer, untilAnswered }) => {
  let consumer = await startConsumer()
  for (const share of KILLS) {
    await untilAnswered(share)
    await killConsumer(consumer)
    consumer = await startConsumer()
  }
}

const restartBroker: Run = async ({ side, startConsumer, untilAnswered }) => {
  const { broker } = side
  await side.prepareForKill()
  await startConsumer()
  for (const share of RESTARTS) {
    await untilAnswered(share)
    await broker.kill()
    await broker.start()
  }
}

const pauseBroker: Run = async ({ side: { broker }, pauseMs, startConsumer, untilAnswered }) => {
  await startConsumer()
  await untilAnswered(0.3)
  broker.pause()
  await setTimeout(pauseMs)
  broker.resume()
}

const fillQueue: Run = async ({ startConsumer, stopConsumer, untilSent }) => {
  // One has to have been there: it makes the queues.
  await stopConsumer(await startConsumer())
  await untilSent()
  await startConsumer()
}

/** A second consumer comes and goes, so that partitions wander all the time. */
const rebalance: Run = async (context) => {
  const { startConsumer, stopConsumer, isComplete, untilAnswered } = context
  await startConsumer()
  for (let share = 0.05; share < 1 && !isComplete(); share += 0.1) {
    await untilAnswered(share)
    const second = await startConsumer()
    await untilAnswered(share + 0.05)
    await stopConsumer(second)
  }
}

const cutConnections: Run = async ({ side: { proxy }, startConsumer, untilAnswered }) => {
  await startConsumer()
  for (const share of CUTS) {
    await untilAnswered(share)
    proxy?.cut()
  }
}

const loseHeartbeats: Run = async ({ side: { proxy }, startConsumer, untilAnswered }) => {
  await startConsumer()
  await untilAnswered(0.3)
  proxy?.freeze()
  await setTimeout(SILENCE_MS)
  proxy?.thaw()
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
  { name: 'group forms anew all the time', broker: 'kafka', pick: pickGood, run: rebalance },
  ...BOTH.map((fault): Fault => ({ ...fault, broker: 'rabbitmq' })),
  { name: 'connection cut', broker: 'rabbitmq', pick: pickGood, run: cutConnections },
  { name: 'heartbeats lost', broker: 'rabbitmq', pick: pickGood, run: loseHeartbeats },
]
