import type { ServerProcess } from '../helpers/server-process'
import { toAccount } from './account'
import type { Account, Outcome } from './account'
import type { Fault, FaultContext } from './faults'
import { openKafkaSide } from './kafka-side'
import type { SentPhoto } from './photos-to-send'
import { openRabbitMqSide } from './rabbitmq-side'
import { createSender } from './sender'
import type { Side } from './side'
import { watchOutcomes } from './watch-outcomes'
import type { Watch } from './watch-outcomes'

interface RunFaultOptions {
  readonly messages: number
  readonly pauseMs: number
  /** Told of photos sent and answered, now and then. */
  readonly onProgress?: (progress: { readonly sent: number; readonly outcomes: number }) => void
}

/** One fault's row of faults.json. */
export interface FaultRow extends Omit<Account, 'unknown'> {
  readonly fault: string
  readonly broker: Fault['broker']
  /** How often it hit photos that were not answered. */
  readonly hits: number
  readonly sent: number
  readonly seconds: number
}

/** Beyond this, what is missing is lost: several times what the slowest fault needs. */
const LIMIT_MS = 180_000
const LIMIT_MS_A_MESSAGE = 100

/**
 * Sends photos through a fresh broker to the container twin while a fault does its damage, until every photo has a
 * record or the time is over; then everything is stopped as it should be, and counted.
 *
 * @throws Error where a consumer does not stop well, a record is of no photo that was sent, or the fault hit nothing
 */
export async function runFault(fault: Fault, options: RunFaultOptions): Promise<FaultRow> {
  const startedAt = performance.now()
  const side = await (fault.broker === 'kafka' ? openKafkaSide() : openRabbitMqSide())
  const consumers = new Set<ServerProcess>()
  try {
    const { hits, sent, outcomes } = await exchange(fault, side, { ...options, consumers })
    const { unknown, ...account } = toAccount(sent, outcomes)
    if (unknown > 0) throw new Error(`${unknown} records are of photos that nobody sent`)
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10
    const { name, broker } = fault
    return { fault: name, broker, hits, sent: sent.length, ...account, seconds }
  } finally {
    for (const consumer of consumers) consumer.signal('SIGKILL')
    await side.close()
  }
}

interface ExchangeOptions extends RunFaultOptions {
  /** Those that run. */
  readonly consumers: Set<ServerProcess>
}

interface Exchange {
  readonly hits: number
  readonly sent: readonly string[]
  readonly outcomes: readonly Outcome[]
}

async function exchange(
  fault: Fault,
  side: Side,
  { messages, pauseMs, onProgress = () => undefined, consumers }: ExchangeOptions,
): Promise<Exchange> {
  const signal = AbortSignal.timeout(LIMIT_MS + LIMIT_MS_A_MESSAGE * messages)
  const pick = await fault.pick()
  const photos = Array.from({ length: messages }, (_, n): SentPhoto => ({
    id: `photo-${String(n).padStart(6, '0')}`,
    bytes: pick(n),
  }))
  let sent = 0
  const sender = createSender(side, { photos, signal, onSent: () => (sent += 1) })
  const watch = watchOutcomes(side, {
    signal,
    onCount(outcomes) {
      onProgress({ sent, outcomes })
    },
  })
  const context: FaultContext = {
    side,
    pauseMs,
    untilAnswered: (share) => watch.until(share * messages),
    untilSent: () => sender.done,
    countLeft: async () => messages - (await side.countOutcomes()),
    async startConsumer() {
      const consumer = await side.startConsumer()
      consumers.add(consumer)
      // The first consumer makes what photos are sent to.
      sender.begin()
      return consumer
    },
    async killConsumer(consumer) {
      consumer.signal('SIGKILL')
      await consumer.ended
      consumers.delete(consumer)
    },
    async stopConsumer(consumer) {
      const { exitCode, stderr } = await consumer.stop()
      consumers.delete(consumer)
      if (exitCode !== 0) {
        throw new Error(
          `a consumer ended with ${String(exitCode)}: ${stderr}${consumer.lines.slice(-5).join('\n')}`,
        )
      }
    },
  }
  const [hits] = await Promise.all([fault.run(context), sender.done])
  if (hits === 0) throw new Error('the fault came when all photos were answered: send more')
  await untilComplete(side, { messages, signal, watch })
  await Promise.all([...consumers].map((consumer) => context.stopConsumer(consumer)))
  // Also what was answered at last.
  return { hits, sent: photos.map(({ id }) => id), outcomes: await side.readOutcomes() }
}

/** Until every photo has a record, or the time is over: then some are lost, and are counted as that. */
async function untilComplete(
  side: Side,
  { messages, signal, watch }: { messages: number; signal: AbortSignal; watch: Watch },
): Promise<void> {
  try {
    for (let wanted = messages; ;) {
      await watch.until(wanted)
      const distinct = new Set((await side.readOutcomes()).map(({ id }) => id))
      if (distinct.size >= messages) return
      // Some of the records say the same twice: as many more have to come.
      wanted = Math.max(wanted, watch.count) + 1
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
