import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { FakeRecord } from './fake-record'
import type { FakeBehaviour } from './fake-target'

/** Fake targets in a process of their own, so that they and the harness do not take each other's time. */
export interface FakeHost {
  readonly pid: number
  open(behaviour?: FakeBehaviour): Promise<FakeTarget>
  /** One that answers after a fixed time (paced-server.ts), ms. */
  openPaced(delay: number): Promise<FakeTarget>
  /** Ends it at once, with SIGKILL. */
  kill(): Promise<void>
}

export interface FakeTarget {
  readonly baseUrl: string
  readRecord(): Promise<FakeRecord>
  behave(behaviour: FakeBehaviour): Promise<void>
  /** From now on connections are refused. */
  close(): Promise<void>
}

/** What the process is asked; at: the target's number, undefined: the new one. */
export interface Asked {
  readonly at?: number
  readonly open?: FakeBehaviour
  readonly openPaced?: number
  readonly behave?: FakeBehaviour
  readonly close?: true
}

export interface Answered {
  readonly at: number
  readonly baseUrl: string
  readonly record: FakeRecord
}

export async function startFakeHost(): Promise<FakeHost> {
  const child = fork(require.resolve('./fake-host-process'), {
    execArgv: ['--require', 'ts-node/register'],
  })
  await once(child, 'spawn')
  const ended = once(child, 'exit').then((): never => {
    throw new Error('the process of the fake targets has ended')
  })
  ended.catch(() => undefined)
  let turn: Promise<unknown> = Promise.resolve()
  // One question after the other, as answers have no number.
  const ask = (asked: Asked): Promise<Answered> => {
    const answered = turn.then(async () => {
      const message = once(child, 'message')
      child.send(asked)
      const [answer] = (await Promise.race([message, ended])) as [Answered]
      return answer
    })
    turn = answered.catch(() => undefined)
    return answered
  }
  const open = async (asked: Asked): Promise<FakeTarget> => {
    const { at, baseUrl } = await ask(asked)
    return {
      baseUrl,
      readRecord: async () => (await ask({ at })).record,
      async behave(behave) {
        await ask({ at, behave })
      },
      async close() {
        await ask({ at, close: true })
      },
    }
  }
  return {
    pid: child.pid ?? 0,
    open: (behaviour = {}) => open({ open: behaviour }),
    openPaced: (openPaced) => open({ openPaced }),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

/** A process of fake targets for the tests of a `describe`. */
export function useFakeHost(): () => FakeHost {
  let host: FakeHost | undefined
  before(async () => {
    host = await startFakeHost()
  })
  after(() => host?.kill())
  return () => host ?? assertInTest()
}

function assertInTest(): never {
  throw new Error('the fake targets are there only while tests run')
}
