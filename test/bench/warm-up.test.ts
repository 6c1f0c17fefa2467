import assert from 'node:assert/strict'
import { openRemote } from '../../bench/targets/remote'
import { warmUp } from '../../bench/warm-up'
import { useFakeHost } from '../helpers/fake-host'
import type { FakeTarget } from '../helpers/fake-host'
import { toFakePhotos } from '../helpers/fake-photos'
import { until } from './targets/until'

const never = new AbortController().signal

describe('the warm-up', () => {
  const host = useFakeHost()

  const warm = async (
    { baseUrl }: FakeTarget,
    { concurrency = 1, signal = never }: { concurrency?: number; signal?: AbortSignal } = {},
  ): ReturnType<typeof warmUp> => {
    const target = await openRemote({ name: 'mine', baseUrl, signal: never })
    const photos = toFakePhotos(5)
    const order = [...photos.keys()]
    const options = { target, name: 'mine', photos, order, timeLimit: 5000, concurrency, signal }
    return warmUp(options)
  }

  for (const [concurrency, size] of [
    [1, 20],
    [4, 20],
    [20, 100],
  ] as const) {
    it(`loads in windows of ${size} requests, ${concurrency} at once, until three agree`, async () => {
      const server = await host().open({ delay: 20 })
      const { target, medians, requests, steady, ...rest } = await warm(server, { concurrency })
      assert.deepEqual([target, rest], ['mine', { concurrency }])
      assert.equal(requests, medians.length * size)
      const record = await server.readRecord()
      assert.deepEqual([record.requests, record.mostAtOnce], [requests, concurrency])
      const agrees = (at: number): boolean => {
        const three = medians.slice(at, at + 3)
        return three.length === 3 && Math.max(...three) <= Math.min(...three) * 1.1
      }
      // Not before, and not without.
      assert.ok(steady)
      assert.deepEqual(
        medians.filter((_, at) => agrees(at)).length,
        1,
        `more than once: ${medians.join()}`,
      )
      assert.ok(agrees(medians.length - 3))
    })
  }

  it('ends at its cap where they never agree', async () => {
    const server = await host().open({ delay: 100, turns: 100 })
    const { medians, requests, steady } = await warm(server, { concurrency: 20 })
    assert.deepEqual([medians.length, requests, steady], [30, 3000, false])
  })

  it('ends with a window that nobody answered', async () => {
    const server = await host().open({ fault: 'reset connection' })
    const { medians, requests, steady } = await warm(server)
    assert.deepEqual([medians, requests, steady], [[], 3, false])
  })

  it('ends with the interrupt', async () => {
    const server = await host().open({ delay: 5, turns: 20 })
    const interrupt = new AbortController()
    const running = warm(server, { signal: interrupt.signal })
    await until('it has begun', async () => (await server.readRecord()).requests > 30)
    interrupt.abort()
    assert.equal((await running).steady, false)
  })
})
