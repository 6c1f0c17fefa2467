import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { ask, postPhoto } from '../../helpers/wire'
import { until } from './until'

/**
 * Waits until a target has answered a photo so many times in a row, each over a connection of its own.
 *
 * @throws Error if it does not come to that in time
 */
export async function untilSteady(url: string, photo: Uint8Array, times = 20): Promise<void> {
  let inARow = 0
  await until('answers in a row', async () => {
    const { status } = await ask(`${url}/classify`, {
      ...{ method: 'POST', body: photo },
      headers: { 'content-type': 'image/jpeg', connection: 'close' },
    }).catch(() => ({ status: 0 }))
    inARow = status === 200 ? inARow + 1 : 0
    return inARow >= times || undefined
  })
}

/** Requests that go on until they are stopped. */
export interface SteadyLoad {
  /** Waits until so many more have been answered; of those that failed, none counts. @throws Error if it does not come to that */
  untilAnswered(more: number): Promise<void>
  /** How many were answered with 200, and in words what became of the others. */
  end(): Promise<{ readonly answered: number; readonly failures: readonly string[] }>
  /** How many were answered. @throws AssertionError naming those that were not, or not with 200 */
  stop(): Promise<number>
}

const AT_ONCE = 4
const RETRY_MS = 50
/** An end for what would go on for ever after a failure. */
const MOST_REQUESTS = 20_000

/** How a failure is told of a request whose connection was refused or ended. */
export const NO_ANSWER = /^(fetch failed|terminated): /

/** Sends a photo over and over, four at a time, over connections that are kept. */
export function startSteadyLoad(url: string, photo: Uint8Array): SteadyLoad {
  const failures: string[] = []
  const waiting = new Set<() => void>()
  let answered = 0
  let isStopped = false
  async function send(): Promise<void> {
    while (!isStopped && answered + failures.length < MOST_REQUESTS) {
      try {
        const { status, body } = await postPhoto(url, photo)
        if (status === 200) answered++
        else failures.push(`${status}: ${JSON.stringify(body)}`)
      } catch (error) {
        const { message, cause } = error as Error
        failures.push(`${message}: ${String(cause)}`)
        // Nobody may be there for seconds.
        await setTimeout(RETRY_MS)
      }
      for (const look of waiting) look()
    }
  }
  const senders = Array.from({ length: AT_ONCE }, send)
  const end = async () => {
    isStopped = true
    await Promise.all(senders)
    return { answered, failures }
  }
  return {
    untilAnswered: (more) =>
      new Promise((resolve, reject) => {
        const enough = answered + more
        const look = (): void => {
          if (answered < enough && answered + failures.length < MOST_REQUESTS) return
          waiting.delete(look)
          if (answered >= enough) resolve()
          else reject(new Error(`${failures.length} failed: ${failures.slice(0, 5).join('; ')}`))
        }
        waiting.add(look)
      }),
    end,
    async stop() {
      await end()
      assert.deepEqual(failures.slice(0, 5), [], `${failures.length} failed, ${answered} answered`)
      return answered
    },
  }
}
