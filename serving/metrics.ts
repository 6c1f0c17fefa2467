import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Inference, ResponseOutcome } from '../inference'

/** From 1 ms to 10 s; the paper's times are 100 to 965 ms. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** A registry with the process's CPU, memory and event-loop delay (prom-client's default metrics). */
export function createRegistry(): Registry {
  const register = new Registry()
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 5 })
  return register
}

/** Counts and times of photo requests. */
export interface PhotoMetrics {
  /** Call once for every answered request. */
  observe(status: number, responseTimeMs: number, outcome: ResponseOutcome | undefined): void
}

/**
 * Adds the metrics of photo requests to a registry; queue and in-flight are read from the pool when asked for.
 *
 * @param pool undefined while the model is still being loaded
 */
export function createPhotoMetrics(
  register: Registry,
  pool: () => Inference['pool'] | undefined,
): PhotoMetrics {
  const registers = [register]
  const histogram = (name: string, help: string): Histogram =>
    new Histogram({ name: `photo_${name}_seconds`, help, buckets: SECONDS, registers })
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name: `photo_${name}`,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  const requests = new Counter({
    name: 'photo_requests_total',
    help: 'Photo requests answered, by HTTP status',
    labelNames: ['status'],
    registers,
  })
  const rejected = new Counter({
    name: 'photo_rejected_total',
    help: 'Photo requests that got no prediction, by code',
    labelNames: ['code'],
    registers,
  })
  const response = histogram('response', 'From request received to response sent')
  const queue = histogram('queue', 'Waiting for a worker and for the photos of the same batch')
  const decode = histogram('decode', 'Decoding, orienting and resizing')
  const predict = histogram('predict', "The engine's work on the batch")
  gauge('in_flight', 'Photos that workers have', () => pool()?.inFlight ?? 0)
  gauge('queued', 'Photos that wait for a worker', () => pool()?.queued ?? 0)
  gauge('workers', 'Workers that are alive', () => pool()?.workersAlive ?? 0)
  return {
    observe(status, responseTimeMs, outcome) {
      requests.inc({ status })
      response.observe(responseTimeMs / 1000)
      if (outcome?.state === 'failed') rejected.inc({ code: outcome.code })
      if (outcome?.state !== 'completed') return
      queue.observe(outcome.timings.queueMs / 1000)
      decode.observe(outcome.timings.decodeMs / 1000)
      predict.observe(outcome.timings.predictMs / 1000)
    },
  }
}
