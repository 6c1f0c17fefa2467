import { join } from 'node:path'
import { DECODERS, DEFAULT_LIMITS, ENGINES, toMaxQueue } from '../inference'
import type { InferenceOptions } from '../inference'
import { readCpuLimit } from './cpu-limit'
import { choice, integer, names, text } from './env'
import type { Env } from './env'

const MODEL = 'photo-net'
/** Relative to the working folder; the images set MODELS_FOLDER and CODECS_FOLDER. */
const MODELS_FOLDER = join('inference', 'models')
const CODECS_FOLDER = join('inference', 'codecs')
const MILLION = 1_000_000

/**
 * How photos are classified, the same on every host: ENGINE, DECODER, CODECS_FOLDER, MODEL, MODELS_FOLDER, WORKERS,
 * MAX_BATCH, MAX_QUEUE, MAX_PHOTO_BYTES, MAX_PHOTO_PIXELS, MAX_TIME_MS.
 *
 * @throws ConfigError naming the variable and what it accepts
 */
export function readInferenceConfig(env: Env): InferenceOptions {
  const workers = integer(env, 'WORKERS', readCpuLimit(), { min: 1, max: 64 })
  const { maxBytes, maxPixels, maxTimeMs } = DEFAULT_LIMITS
  const modelsFolder = text(env, 'MODELS_FOLDER', MODELS_FOLDER)
  const [first, ...others] = names(env, 'MODEL', [MODEL])
  const toFolder = (name: string): string => join(modelsFolder, name)
  return {
    modelFolders: [toFolder(first), ...others.map(toFolder)],
    workers,
    engine: choice(env, 'ENGINE', 'auto', ['auto', ...ENGINES]),
    decoder: choice(env, 'DECODER', 'auto', ['auto', ...DECODERS]),
    codecsFolder: text(env, 'CODECS_FOLDER', CODECS_FOLDER),
    maxBatch: integer(env, 'MAX_BATCH', 4, { min: 1, max: 64 }),
    maxQueue: integer(env, 'MAX_QUEUE', toMaxQueue(workers), { min: 1, max: 10_000 }),
    limits: {
      maxBytes: integer(env, 'MAX_PHOTO_BYTES', maxBytes, { min: 1, max: 100 * MILLION }),
      maxPixels: integer(env, 'MAX_PHOTO_PIXELS', maxPixels, { min: 1, max: 268 * MILLION }),
      maxTimeMs: integer(env, 'MAX_TIME_MS', maxTimeMs, { min: 100, max: 300_000 }),
    },
  }
}

/** Where and how a process listens. */
export interface ListenConfig {
  readonly port: number
  readonly host: string
  readonly logLevel: (typeof LOG_LEVELS)[number]
  /** How long requests are still taken after the signal to stop, while a cluster tells that the process is going. */
  readonly stopDelayMs: number
}

/** Kubernetes ends a pod 30 s after its SIGTERM. */
const MAX_STOP_DELAY_MS = 20_000

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/**
 * PORT, HOST, LOG_LEVEL and STOP_DELAY_MS; only this machine is listened to unless HOST says otherwise.
 *
 * @throws ConfigError naming the variable and what it accepts
 */
export function readListenConfig(env: Env, portVariable = 'PORT'): ListenConfig {
  return {
    port: integer(env, portVariable, 8080, { min: 0, max: 65_535 }),
    host: text(env, 'HOST', '127.0.0.1'),
    logLevel: choice(env, 'LOG_LEVEL', 'info', LOG_LEVELS),
    stopDelayMs: integer(env, 'STOP_DELAY_MS', 0, { min: 0, max: MAX_STOP_DELAY_MS }),
  }
}
