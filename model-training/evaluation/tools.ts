import type { DecoderName, EngineName } from '../../inference/index'
import type { Unavailable } from './model-evaluation'
import { startToolProcess, ToolError, type ToolProcess } from './tool-process'
import type { Decoded, ToolKind } from './tool-protocol'

/** An engine with the model, in a process of its own. */
export interface EngineTool {
  readonly name: string
  readonly version: string
  /**
   * @param rgb of each photo, [height * width * 3], 0..255
   * @param times to predict them, for the processor time
   * @returns probabilities of each photo, and the ms of all the times
   */
  predict(
    rgb: readonly Uint8Array[],
    times?: number,
  ): Promise<{ readonly probabilities: readonly Float32Array[]; readonly cpuMs: number }>
}

/** A decoder in a process of its own, for the size of the model's input. */
export interface DecoderTool {
  readonly name: string
  readonly version: string
  decode(
    photos: readonly Uint8Array[],
    times?: number,
  ): Promise<{ readonly decoded: readonly Decoded[]; readonly cpuMs: number }>
}

/** All that loaded, in the order of their speed, the first of each being the reference; and what did not. */
export interface Tools {
  readonly engines: readonly [EngineTool, ...EngineTool[]]
  readonly decoders: readonly [DecoderTool, ...DecoderTool[]]
  readonly unavailable: readonly Unavailable[]
  close(): Promise<void>
}

interface ToolsOptions {
  readonly engines: readonly EngineName[]
  readonly decoders: readonly DecoderName[]
  readonly modelFolder: string
  /** Size of the model's input. */
  readonly size: { readonly width: number; readonly height: number }
  readonly signal: AbortSignal | undefined
}

/** No engine or no decoder loaded; the message has every reason. */
export class NoToolError extends Error {
  override readonly name = 'NoToolError'
}

type Started =
  | { readonly state: 'started'; readonly name: string; readonly process: ToolProcess }
  | { readonly state: 'unavailable'; readonly why: Unavailable }

/**
 * Starts engines and decoders, those that load.
 *
 * @throws NoToolError; the signal's reason after an abort
 */
export async function startTools(options: ToolsOptions): Promise<Tools> {
  const { modelFolder, signal, size } = options
  const start = (kind: ToolKind, names: readonly string[]) =>
    Promise.all(names.map((name) => startOne({ kind, name, modelFolder, signal })))
  // settled: what has started is closed also where something else was aborted.
  const [engines, decoders] = await Promise.allSettled([
    start('engine', options.engines),
    start('decoder', options.decoders),
  ])
  const all = [engines, decoders].flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const close = async (): Promise<void> => {
    const processes = all.flatMap((one) => (one.state === 'started' ? one.process : []))
    await Promise.all(processes.map((process) => process.close()))
  }
  try {
    return {
      engines: requireOne('engine', toEngines(valueOf(engines)), all),
      decoders: requireOne('decoder', toDecoders(valueOf(decoders), size), all),
      unavailable: all.flatMap((one) => (one.state === 'unavailable' ? one.why : [])),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function startOne(choice: Parameters<typeof startToolProcess>[0]): Promise<Started> {
  const { kind, name } = choice
  try {
    return { state: 'started', name, process: await startToolProcess(choice) }
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    return { state: 'unavailable', why: { kind, name, reason: error.message } }
  }
}

function valueOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'fulfilled') return settled.value
  throw settled.reason
}

function requireOne<T>(kind: ToolKind, tools: readonly T[], all: readonly Started[]): [T, ...T[]] {
  const [first, ...others] = tools
  if (first !== undefined) return [first, ...others]
  const reasons = all.flatMap((one) =>
    one.state === 'unavailable' && one.why.kind === kind
      ? `${one.why.name}: ${one.why.reason}`
      : [],
  )
  throw new NoToolError(`no ${kind} could be loaded (${reasons.join('; ')})`)
}

function toEngines(started: readonly Started[]): EngineTool[] {
  return started.flatMap((one): EngineTool[] => {
    if (one.state !== 'started') return []
    const { name, process } = one
    const predict: EngineTool['predict'] = async (rgb, times = 1) => {
      const answer = await process.ask({ kind: 'predict', rgb, times })
      if (answer.kind === 'predict') return answer
      throw new ToolError(`the engine ${name} answered what it was not asked`)
    }
    return [{ name, version: process.version, predict }]
  })
}

function toDecoders(started: readonly Started[], size: ToolsOptions['size']): DecoderTool[] {
  return started.flatMap((one): DecoderTool[] => {
    if (one.state !== 'started') return []
    const { name, process } = one
    const decode: DecoderTool['decode'] = async (photos, times = 1) => {
      const answer = await process.ask({ kind: 'decode', photos, times, ...size })
      if (answer.kind === 'decode') return answer
      throw new ToolError(`the decoder ${name} answered what it was not asked`)
    }
    return [{ name, version: process.version, decode }]
  })
}
