import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Behaviour } from './behaviour'
import type { Answered, Asked } from './process'
import type { LedgerRow } from './server'

/** A server with known behaviour in a process of its own: it and the load generator do not take each other's time. */
export interface KnownServerProcess {
  readonly pid: number
  readonly baseUrl: string
  /** Forgets what was: the next request is the first. */
  begin(): Promise<void>
  /** What it did since, by its own clock. */
  readLedger(): Promise<readonly LedgerRow[]>
  stop(): Promise<void>
}

/** @throws Error if it ends before it listens */
export async function startKnownServer(behaviour: Behaviour): Promise<KnownServerProcess> {
  const child = fork(require.resolve('./process'), [JSON.stringify(behaviour)], {
    execArgv: ['--require', 'ts-node/register'],
  })
  const exit = once(child, 'exit')
  const gone = exit.then((): never => {
    throw new Error('the server with known behaviour has ended')
  })
  gone.catch(() => undefined)
  const listen = async (): Promise<Answered> => {
    const [answer] = (await Promise.race([once(child, 'message'), gone])) as [Answered]
    return answer
  }
  const ask = (asked: Asked): Promise<Answered> => {
    const answered = listen()
    child.send(asked)
    return answered
  }
  const { baseUrl } = await listen()
  return {
    pid: child.pid ?? 0,
    baseUrl,
    async begin() {
      await ask('begin')
    },
    readLedger: async () => (await ask('ledger')).ledger,
    async stop() {
      child.disconnect()
      await exit
    },
  }
}
