import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Inference, MemoryCost, ResponseOutcome, ServedModel } from '../inference'

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
 * Adds the metrics of photo requests to a registry, by the model that a request is for (empty where it is for none
 * that is here); queue and in-flight are read from the pool when asked for.
 *
 * @param inference undefined while the models are still being loaded
 */
export function createPhotoMetrics(
  register: Registry,
  inference: () => Inference | undefined,
): PhotoMetrics {
  const registers = [register]
  const requests = new Counter({
    name: 'photo_requests_total',
    help: 'Photo requests answered, by HTTP status and model',
    labelNames: ['status', 'model'],
    registers,
  })
  const rejected = new Counter({
    name: 'photo_rejected_total',
    help: 'Photo requests that got no prediction, by code and model',
    labelNames: ['code', 'model'],
    registers,
  })
  const response = toHistogram(register, 'response', 'From request received to response sent')
  const queue = toHistogram(
    register,
    'queue',
    'Waiting for a worker and for the photos of the same batch',
  )
  const decode = toHistogram(register, 'decode', 'Decoding, orienting and resizing')
  const predict = toHistogram(register, 'predict', "The engine's work on the batch")
  addPoolGauges(register, () => inference()?.pool)
  addModelGauges(register, () => inference()?.models ?? [])
  return {
    observe(status, responseTimeMs, outcome) {
      const model = outcome?.state === 'listed' ? '' : (outcome?.model ?? '')
      requests.inc({ status, model })
      response.observe({ model }, responseTimeMs / 1000)
      if (outcome?.state === 'failed') rejected.inc({ code: outcome.code, model })
      if (outcome?.state !== 'completed') return
      queue.observe({ model }, outcome.timings.queueMs / 1000)
      decode.observe({ model }, outcome.timings.decodeMs / 1000)
      predict.observe({ model }, outcome.timings.predictMs / 1000)
    },
  }
}

const toHistogram = (register: Registry, name: string, help: string): Histogram<'model'> =>
  new Histogram({
    name: `photo_${name}_seconds`,
    help,
    buckets: SECONDS,
    labelNames: ['model'],
    registers: [register],
  })

function addPoolGauges(register: Registry, pool: () => Inference['pool'] | undefined): void {
  const add = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name: `photo_${name}`,
      help,
      registers: [register],
      collect() {
        this.set(read())
      },
    })
  add('in_flight', 'Photos that workers have', () => pool()?.inFlight ?? 0)
  add('queued', 'Photos that wait for a worker', () => pool()?.queued ?? 0)
  add('workers', 'Workers that are alive', () => pool()?.workersAlive ?? 0)
}

/** Measured once, at start. */
function addModelGauges(register: Registry, models: () => readonly ServedModel[]): void {
  const add = (name: string, help: string, read: (memory: MemoryCost) => number): Gauge =>
    new Gauge({
      name: `photo_model_${name}_bytes`,
      help,
      labelNames: ['model'],
      registers: [register],
      collect() {
        for (const { card, memory } of models()) this.set({ model: card.name }, read(memory))
      },
    })
  add('weights', "Of the model's weights in memory", ({ weightsBytes }) => weightsBytes)
  add(
    'resident_growth',
    "Growth of the process's resident memory while its threads loaded the model",
    ({ residentGrowthBytes }) => residentGrowthBytes,
  )
}
