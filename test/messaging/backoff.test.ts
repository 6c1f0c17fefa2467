import assert from 'node:assert/strict'
import { retry } from '../../messaging/backoff'

const signal = new AbortController().signal

describe('trying again', () => {
  it('goes on at longer and longer intervals until it succeeds', async () => {
    const delays: number[] = []
    let attempts = 0
    const value = await retry(
      () => (++attempts < 6 ? Promise.reject(new Error('away')) : Promise.resolve('there')),
      { signal, firstMs: 2, mostMs: 10, onFailure: (_, delayMs) => delays.push(delayMs) },
    )
    assert.equal(value, 'there')
    // Half to the whole of 2, 4, 8, 10, 10 ms.
    assert.equal(delays.length, 5)
    for (const [at, most] of [2, 4, 8, 10, 10].entries()) {
      assert.ok(delays[at]! >= most / 2 && delays[at]! <= most, delays.join())
    }
  })

  it('ends with what cannot be mended', async () => {
    let attempts = 0
    const attempt = () => Promise.reject(new Error(++attempts === 2 ? 'final' : 'away'))
    const isFinal = (error: unknown) => (error as Error).message === 'final'
    const onFailure = () => undefined
    await assert.rejects(retry(attempt, { signal, firstMs: 1, onFailure, isFinal }), /final/)
    assert.equal(attempts, 2)
  })

  it('ends when it is told to, also while it waits', async () => {
    const stop = new AbortController()
    const tried = retry(() => Promise.reject(new Error('away')), {
      signal: stop.signal,
      firstMs: 1_000_000,
      mostMs: 1_000_000,
      onFailure: () => {
        stop.abort()
      },
    })
    await assert.rejects(tried, { name: 'AbortError' })
  })
})
