import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { constants } from 'node:os'
import { setTimeout } from 'node:timers/promises'

/** A broker on 127.0.0.1, in a process of its own. */
export interface BrokerProcess {
  readonly port: number
  /** It stops answering, and keeps its connections. */
  pause(): void
  resume(): void
  /** As by a power cut; what it wrote to disk stays. */
  kill(): Promise<void>
  /** As it is shut down. */
  shutDown(): Promise<void>
  /** After `kill` or `shutDown`, on the same port with the same data. */
  start(): Promise<void>
  /** Ends it for good. */
  stop(): Promise<void>
}

interface BrokerOptions {
  readonly port: number
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  /** Whether it answers by now. */
  readonly isReady: () => Promise<boolean>
  /** Ends what it left behind. */
  readonly cleanUp?: () => Promise<void>
}

const START_MS = 90_000
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL')
})

const started = new Set<BrokerProcess>()

/** For a command: Ctrl-C ends its brokers, with their data, and then the command. */
export function endBrokersOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      const stopping = [...started].map((broker) => broker.stop())
      void Promise.allSettled(stopping).then(() => process.exit(128 + constants.signals[signal]))
    })
  }
}

/** Starts a broker and waits until it answers. */
export async function startBroker(options: BrokerOptions): Promise<BrokerProcess> {
  const { port, cleanUp = () => Promise.resolve() } = options
  let child = await start(options)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = once(child, 'close')
    const isOver = child.exitCode !== null || child.signalCode !== null
    killGroup(child, signal)
    if (!isOver) await ended
    running.delete(child)
  }
  const broker: BrokerProcess = {
    port,
    pause: () => {
      killGroup(child, 'SIGSTOP')
    },
    resume: () => {
      killGroup(child, 'SIGCONT')
    },
    kill: () => end('SIGKILL'),
    shutDown: () => end('SIGTERM'),
    async start() {
      child = await start(options)
    },
    async stop() {
      started.delete(broker)
      await end('SIGKILL')
      await cleanUp()
    },
  }
  started.add(broker)
  return broker
}

/** Whether something accepts connections. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function start({ command, env, isReady, port }: BrokerOptions): Promise<ChildProcess> {
  const [file, ...args] = command
  // A process group of its own: a broker may be several processes.
  const child = spawn(file, args, {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-8000)))
  }
  const deadline = performance.now() + START_MS
  while (!(await isReady())) {
    const isOver = child.exitCode !== null || child.signalCode !== null
    if (isOver || performance.now() > deadline) {
      killGroup(child, 'SIGKILL')
      throw new Error(`${file} does not answer on port ${port}:\n${output}`)
    }
    await setTimeout(100)
  }
  return child
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
