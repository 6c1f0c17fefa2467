import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import type { ResponseOutcome } from '../inference'

/** A consumer as its metrics see it. */
export interface MessageSource {
  readonly broker: string
  readonly inFlight: number
  readonly isPaused: boolean
  /** Messages that wait, by queue or partition; may fail while the broker is away. */
  readLag(): Promise<ReadonlyMap<string, number>>
}

/** Counts and times of messages. */
export interface MessageMetrics {
  /** Call once for every message that was answered or rejected. */
  observe(broker: string, outcome: ResponseOutcome, timeMs: number): void
}

/** From 1 ms to 10 s. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Adds the metrics of messages to a registry; what consumers know is read when it is asked for. */
export function createMessageMetrics(
  register: Registry,
  sources: () => readonly MessageSource[],
): MessageMetrics {
  const registers = [register]
  const messages = new Counter({
    name: 'photo_messages_total',
    help: 'Messages answered or rejected, by broker, code (empty: answered) and model',
    labelNames: ['broker', 'code', 'model'],
    registers,
  })
  const time = new Histogram({
    name: 'photo_message_seconds',
    help: 'From a message delivered to its answer taken by the broker',
    buckets: SECONDS,
    labelNames: ['broker'],
    registers,
  })
  addGauge(
    register,
    'in_flight',
    'Photos that were taken and are not answered yet',
    (source) => source.inFlight,
  )
  addGauge(register, 'paused', '1 while no more photos are taken, as they are refused', (source) =>
    source.isPaused ? 1 : 0,
  )
  addLag(register, sources)
  return {
    observe(broker, outcome, timeMs) {
      const code = outcome.state === 'failed' ? outcome.code : ''
      const model = outcome.state === 'listed' ? '' : (outcome.model ?? '')
      messages.inc({ broker, code, model })
      time.observe({ broker }, timeMs / 1000)
    },
  }

  function addGauge(
    to: Registry,
    name: string,
    help: string,
    read: (source: MessageSource) => number,
  ): void {
    new Gauge({
      name: `photo_messages_${name}`,
      help,
      labelNames: ['broker'],
      registers: [to],
      collect() {
        for (const source of sources()) this.set({ broker: source.broker }, read(source))
      },
    })
  }
}

/** A broker that is away has no lag that could be told: an old one would be a lie. */
function addLag(register: Registry, sources: () => readonly MessageSource[]): void {
  new Gauge({
    name: 'photo_messages_lag',
    help: 'Messages that wait for an answer, by queue or partition; missing while the broker is away',
    labelNames: ['broker', 'queue'],
    registers: [register],
    async collect() {
      this.reset()
      await Promise.all(
        sources().map(async (source) => {
          const { broker } = source
          const lag = await source.readLag().catch(() => new Map<string, number>())
          for (const [queue, count] of lag) this.set({ broker, queue }, count)
        }),
      )
    },
  })
}
