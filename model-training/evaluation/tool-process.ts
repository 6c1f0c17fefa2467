import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ToolAnswer, ToolKind, ToolMessage, ToolTask } from './tool-protocol'

/** An engine or decoder did not load, gave a wrong answer or ended; the message says which and why. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
}

/** What to start. */
export interface ToolChoice {
  readonly kind: ToolKind
  readonly name: string
  /** Of the model that an engine runs. */
  readonly modelFolder: string
  readonly signal: AbortSignal | undefined
}

/** An engine or decoder in a process of its own: libraries that do not bear each other, and exact processor times. */
export interface ToolProcess {
  readonly version: string
  /** @throws ToolError; the signal's reason after an abort */
  ask(task: ToolTask): Promise<ToolAnswer>
  /** Ends the process and waits for it. */
  close(): Promise<void>
}

/** Eight photos of 40 MP take the slowest decoder half a minute on a busy machine. */
const TASK_LIMIT_MS = 300_000
const END_LIMIT_MS = 5_000
const INTERRUPT_LIMIT_MS = 2_000

/** What a terminal or a supervisor ends a whole group of processes with. */
const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** The little of the process's error output that may say why it ended. */
const KEPT_CHARACTERS = 2_000

/**
 * Starts an engine or decoder.
 *
 * @throws ToolError with the reason why it does not load; the signal's reason after an abort
 */
export async function startToolProcess(choice: ToolChoice): Promise<ToolProcess> {
  const { kind, name, modelFolder, signal } = choice
  signal?.throwIfAborted()
  const child = fork(require.resolve('./tool-main'), [kind, name, modelFolder], {
    execArgv: ['--require', require.resolve('ts-node/register')],
    // ts-node looks where the program was started, which may be anywhere.
    env: { TS_NODE_PROJECT: join(__dirname, '../../tsconfig.json'), ...process.env },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const abort = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', abort, { once: true })
  const listen = createListener(child, choice)
  const close = async (): Promise<void> => {
    signal?.removeEventListener('abort', abort)
    await end(child)
  }
  try {
    const message = await listen()
    if (message.state !== 'ready') throw new ToolError(toLoadReason(message))
    return { version: message.version, ask: createAsk(child, choice, listen), close }
  } catch (error) {
    await close()
    throw error
  }
}

type Listen = () => Promise<ToolMessage>

function createAsk(child: ChildProcess, { kind, name }: ToolChoice, listen: Listen) {
  let last: Promise<unknown> = Promise.resolve()
  return (task: ToolTask): Promise<ToolAnswer> => {
    const answer = last.then(async () => {
      if (child.connected) child.send(task, () => undefined)
      const message = await listen()
      if (message.state === 'answered') return message.answer
      throw new ToolError(`the ${kind} ${name}: ${toLoadReason(message)}`)
    })
    // What one task threw is told where it was asked for, not by the next one.
    last = answer.catch(() => undefined)
    return answer
  }
}

/** The next message, one at a time. */
function createListener(child: ChildProcess, { kind, name, signal }: ToolChoice): Listen {
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-KEPT_CHARACTERS)
  })
  const exited = once(child, 'exit').then(async ([code, by]) => {
    if (INTERRUPTS.includes(String(by))) await untilAborted(signal)
    signal?.throwIfAborted()
    const how = by === null ? `exit status ${String(code)}` : String(by)
    throw new ToolError(`the ${kind} ${name} ended by itself (${how}) ${words.trim()}`.trim())
  })
  exited.catch(() => undefined)
  return async () => {
    const timer = new AbortController()
    const late = wait(TASK_LIMIT_MS, undefined, { signal: timer.signal }).then(() => {
      child.kill('SIGKILL')
      throw new ToolError(`the ${kind} ${name} gave no answer for ${TASK_LIMIT_MS / 1000} s`)
    })
    try {
      const message = once(child, 'message', { signal: timer.signal })
      const [first] = (await Promise.race([message, exited, late])) as [ToolMessage]
      return first
    } finally {
      late.catch(() => undefined)
      timer.abort()
    }
  }
}

/** A Ctrl-C goes to all processes at once, and this one may hear of a child's end before it hears of its own. */
async function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined || signal.aborted) return
  const timer = new AbortController()
  const late = wait(INTERRUPT_LIMIT_MS, undefined, { signal: timer.signal })
  const aborted = once(signal, 'abort', { signal: timer.signal })
  await Promise.race([aborted, late])
  for (const one of [aborted, late]) one.catch(() => undefined)
  timer.abort()
}

const toLoadReason = (message: ToolMessage): string =>
  message.state === 'failed' ? message.reason : `said "${message.state}" out of turn`

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS)
  try {
    if (child.connected) child.disconnect()
    await exit
  } finally {
    clearTimeout(timer)
  }
}
