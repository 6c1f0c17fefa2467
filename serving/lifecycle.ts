import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { ListenConfig } from './config'
import type { Logger } from './log'

interface LifecycleOptions {
  readonly server: FastifyInstance
  readonly listen: ListenConfig
  readonly log: Logger
  /** Resolves once photos are answered, with what the log should tell of it; rejects if they never will be. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>
  /** Ends what answers photos; called once no request is in flight. */
  readonly close: () => Promise<void>
  /** Resolves with the name of the signal that asks the process to stop. */
  readonly stopped: Promise<string>
}

/** From the signal on, so long may stopping take. Kubernetes ends a pod 30 s after its SIGTERM. */
const STOP_TIME_MS = 25_000

/**
 * Listens until it is asked to stop, then finishes what is in flight.
 *
 * @returns the exit code: 0 after a stop, 1 if it could not start or not stop in time
 */
export async function runServer(options: LifecycleOptions): Promise<number> {
  const { server, listen, log, ready, close, stopped } = options
  // It is awaited only once the server listens, and may have failed by then.
  ready.catch(() => undefined)
  try {
    const address = await server.listen({ port: listen.port, host: listen.host })
    log.info({ address }, 'listening')
    const failed = ready.then((details) => {
      // Since the process began, the runtime's own start included.
      log.info({ ...details, startToReadyMs: Math.round(performance.now()) }, 'ready')
      return new Promise<never>(() => undefined)
    })
    const signal = await Promise.race([stopped, failed])
    log.info({ signal }, 'stopping')
    await leave(server, listen)
  } catch (error) {
    log.fatal({ err: error }, explain(error, listen))
    await server.close()
    return 1
  }
  return stop({ server, close, log, waitMs: STOP_TIME_MS - listen.stopDelayMs })
}

/**
 * A pod is told to stop at the moment at which its cluster begins to tell everyone that it is gone: until all have heard
 * it, requests still come.
 */
async function leave(server: FastifyInstance, { stopDelayMs }: ListenConfig): Promise<void> {
  server.announceStop()
  if (stopDelayMs > 0) await setTimeout(stopDelayMs)
}

interface StopOptions extends Pick<LifecycleOptions, 'server' | 'close' | 'log'> {
  readonly waitMs: number
}

async function stop({ server, close, log, waitMs }: StopOptions): Promise<number> {
  const late = Symbol('late')
  const timer = setTimeout(waitMs, late, { ref: false })
  const closed = server.close().then(close)
  try {
    if ((await Promise.race([closed, timer])) === late) {
      log.error({ waitedMs: waitMs }, 'requests were still in flight')
      return 1
    }
  } catch (error) {
    log.error({ err: error }, 'the workers did not end well')
    return 1
  }
  log.info('stopped')
  return 0
}

/** Resolves with the first SIGTERM or SIGINT; the same one again ends the process as usual. */
export function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
  })
}

function explain(error: unknown, { host, port }: ListenConfig): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `port ${port} of ${host} is taken, set PORT to another`
  if (code === 'EACCES')
    return `port ${port} may not be used by this user, set PORT to one above 1023`
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${host}, set HOST to one it has`
  return error instanceof Error ? error.message : String(error)
}
