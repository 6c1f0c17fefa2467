import {
  decode,
  loadDecoder,
  loadEngine,
  loadModel,
  normalise,
  warmUp,
  type DecoderChoice,
  type EngineChoice,
} from '../../inference/index'
import { PATIENT_LIMITS } from '../data/patient-limits'
import type { Decoded, ToolAnswer, ToolMessage, ToolTask } from './tool-protocol'

/** A tool at work in this process. */
interface Loaded {
  readonly version: string
  answer(task: ToolTask): Promise<ToolAnswer>
}

/** What serving puts together at most. */
const LARGEST_BATCH = 8

/** Serves one engine or decoder to the process that forked this one: KIND NAME [MODEL_FOLDER] as arguments. */
async function main([kind, name, modelFolder]: readonly string[]): Promise<void> {
  const tool =
    kind === 'engine'
      ? await loadEngineTool(name as EngineChoice, modelFolder ?? '')
      : await loadDecoderTool(name as DecoderChoice)
  let last = Promise.resolve()
  process.on('message', (task: ToolTask) => {
    last = last.then(async () => {
      const answer = await tool.answer(task).then(toAnswered, toFailure)
      send(answer)
    })
  })
  send({ state: 'ready', version: tool.version })
}

async function loadEngineTool(name: EngineChoice, modelFolder: string): Promise<Loaded> {
  const model = await loadModel(modelFolder)
  const engine = await loadEngine(model, name)
  // As serving does it: a model that is served can be evaluated, another one cannot.
  await warmUp(model, engine, LARGEST_BATCH)
  const { input, labels } = model.card
  const length = input.width * input.height * 3
  return {
    version: engine.version,
    async answer(task) {
      if (task.kind !== 'predict') throw new Error('an engine decodes nothing')
      const batch = task.rgb.length
      const pixels = new Float32Array(batch * length)
      for (const [i, one] of task.rgb.entries()) normalise(one, input, pixels, i)
      const { value, cpuMs } = await repeat(task.times, () => engine.predict(pixels, batch))
      return { kind: 'predict', probabilities: toRows(value, { batch, labels }), cpuMs }
    },
  }
}

/**
 * The probabilities of each photo.
 *
 * @throws Error if they are no numbers, as of a model with damaged weights
 */
function toRows(
  values: Float32Array,
  { batch, labels }: { readonly batch: number; readonly labels: readonly string[] },
): Float32Array[] {
  const width = labels.length
  return Array.from({ length: batch }, (_, i) => {
    const row = values.slice(i * width, (i + 1) * width)
    if (row.every(Number.isFinite)) return row
    throw new Error(`what the model answers are no numbers (${row.join(', ')})`)
  })
}

async function loadDecoderTool(name: DecoderChoice): Promise<Loaded> {
  const decoder = await loadDecoder(name)
  return {
    version: decoder.version,
    async answer(task) {
      if (task.kind !== 'decode') throw new Error('a decoder predicts nothing')
      const { photos, width, height } = task
      const decodeOne = async (photo: Uint8Array): Promise<Decoded> => {
        try {
          return {
            state: 'decoded',
            rgb: await decode(photo, { decoder, width, height, limits: PATIENT_LIMITS }),
          }
        } catch (error) {
          return { state: 'failed', reason: toReason(error) }
        }
      }
      const { value, cpuMs } = await repeat(task.times, async () => {
        const decoded: Decoded[] = []
        for (const photo of photos) decoded.push(await decodeOne(photo))
        return decoded
      })
      return { kind: 'decode', decoded: value, cpuMs }
    },
  }
}

/** Does something several times, and tells the processor time that it took this process. */
async function repeat<T>(
  times: number,
  task: () => Promise<T>,
): Promise<{ readonly value: T; readonly cpuMs: number }> {
  const before = process.cpuUsage()
  let value = await task()
  for (let time = 1; time < times; time += 1) value = await task()
  const { user, system } = process.cpuUsage(before)
  return { value, cpuMs: (user + system) / 1000 }
}

/** A photo's fault has a code; anything else is a bug. */
function toReason(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) throw error
  return `damaged photo (${String(error.code)})`
}

const toAnswered = (answer: ToolAnswer): ToolMessage => ({ state: 'answered', answer })

const toFailure = (error: unknown): ToolMessage => ({
  state: 'failed',
  reason: error instanceof Error ? error.message : String(error),
})

function send(message: ToolMessage): void {
  // A parent that is gone needs no answer, and 'disconnect' ends this process.
  if (process.connected) process.send?.(message, () => undefined)
}

// Ctrl-C goes to every process of the terminal; this one ends with the one that forked it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => {
  process.exit()
})
main(process.argv.slice(2)).catch((error: unknown) => {
  send(toFailure(error))
})
