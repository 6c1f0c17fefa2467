import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { TargetFacts } from '../run'
import { toCleanEnv } from './clean-env'
import { IMAGE_ENV } from './image-env'
import { withLeash } from './leash'
import { holdTo } from './limits'
import type { LimitsAsked } from './limits'
import { startProgram } from './program'
import type { Program } from './program'
import type { LogLine } from './program-log'
import { toStart } from './start'
import type { Target } from './target'
import { TargetError } from './target'
import { measureUsage } from './usage'
import type { UsageFact } from './usage'

interface LocalOptions {
  readonly name: string
  readonly title: string
  /** The program, relative to `root`, which it also runs in. */
  readonly file: string
  readonly root: string
  /** Its settings, beside those of its image. Nothing of the harness's own environment gets to it, but where programs and libraries are. */
  readonly env: Readonly<Record<string, string>>
  readonly limits: LimitsAsked
  /** Ends a start that is under way; later it does nothing. */
  readonly signal: AbortSignal
  readonly readyLimitMs?: number
  readonly stopLimitMs?: number
}

const READY_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 5_000
/** As deployed; less would not tell when it is ready. */
const LOG_LEVEL = 'info'

/**
 * Starts one of the bundles of `npm run build` on a free port, held to its limits, and waits until it answers photos.
 *
 * @throws TargetError if it does not get there; the signal's reason if that ends the start
 */
export async function startLocal(options: LocalOptions): Promise<Target> {
  const { root, file, env, limits, signal } = options
  signal.throwIfAborted()
  await requireFile(options)
  const hold = await holdTo(limits)
  const command = [process.execPath, join(root, file)]
  const program = startProgram({
    command: hold.wrap(await withLeash(command)),
    env: { ...toCleanEnv(process.env), ...IMAGE_ENV, ...PORTS, ...env, LOG_LEVEL },
    root,
    hold,
  })
  try {
    const started = await untilReady(program, options)
    const { facts: sources, ...usage } = await measureUsage({
      baseUrl: started.baseUrl,
      pid: program.pid,
      witness: hold.witness,
    })
    return {
      ...usage,
      get facts() {
        const told = { ...started.ready, ...program.log.loaded() }
        return { ...toFacts(options, told), limits: hold.limits, ...sources }
      },
      baseUrl: started.baseUrl,
      ...untilStopped(program, options),
    }
  } catch (error) {
    await program.stop(0)
    throw error
  }
}

/** Any free one; whoever gives another is told by the program if it is taken. */
const PORTS = { PORT: '0', FUNC_PORT: '0' }

async function requireFile({ name, root, file }: LocalOptions): Promise<void> {
  try {
    await access(join(root, file))
  } catch {
    throw new TargetError(`${name}: ${file} is missing: run npm run build`)
  }
}

interface Started {
  readonly baseUrl: string
  readonly ready: LogLine
}

async function untilReady(
  { log, ended }: Program,
  { name, file, signal, readyLimitMs = READY_LIMIT_MS }: LocalOptions,
): Promise<Started> {
  const limit = AbortSignal.timeout(readyLimitMs)
  const failed = ended.then((how): never => {
    throw new TargetError(`${name} ${how}. Run it alone to see more: node ${file}`)
  })
  try {
    const started = Promise.all([log.listening, log.ready])
    const [listening, ready] = await Promise.race([
      started,
      failed,
      untilAborted(AbortSignal.any([signal, limit])),
    ])
    return { baseUrl: String(listening['address']), ready }
  } catch (error) {
    if (error !== limit.reason) throw error
    const complaints = log.complaints()
    const wrote = complaints === '' ? '' : `; it wrote: ${complaints}`
    throw new TargetError(`${name} was not ready after ${readyLimitMs} ms${wrote}`)
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error)
    }
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

function toFacts({ name, title }: LocalOptions, told: LogLine): Omit<TargetFacts, UsageFact> {
  return { name, title, ...toStart(told), node: process.version, logLevel: LOG_LEVEL, limits: null }
}

/** Its end is news only if nobody asked for it. */
function untilStopped(
  program: Program,
  { name, stopLimitMs = STOP_LIMIT_MS }: LocalOptions,
): Pick<Target, 'ended' | 'stop'> {
  let stopping: Promise<void> | undefined
  return {
    ended: program.ended.then((how) =>
      stopping === undefined ? `${name} ${how}` : new Promise<never>(() => undefined),
    ),
    stop: () => (stopping ??= program.stop(stopLimitMs)),
  }
}
