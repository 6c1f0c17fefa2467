import assert from 'node:assert/strict'
import type { Answered, MessageAnswer, PhotoMessage, Rejected } from '../../inference'
import { settle } from '../../messaging/settle'

const MESSAGE: PhotoMessage = { key: 'a', headers: {}, value: Buffer.from('photo') }
const answered = { state: 'answered', id: 'a' } as Answered
const rejected = { state: 'rejected', id: 'a' } as Rejected
const postponed = (code: 'OVERLOADED' | 'TIMED_OUT'): MessageAnswer => ({
  ...{ state: 'postponed', code, retryAfterMs: 1, rejected },
})

/** Answers in this order; the last for ever. */
function createConsume(...answers: readonly MessageAnswer[]) {
  let calls = 0
  return {
    consume: () => Promise.resolve(answers[Math.min(calls++, answers.length - 1)]!),
    calls: () => calls,
  }
}

describe('settling a message', () => {
  const signal = new AbortController().signal

  it('waits for as long as photos are refused, and tells so once', async () => {
    const { consume, calls } = createConsume(
      ...Array.from({ length: 20 }, () => postponed('OVERLOADED')),
      answered,
    )
    const told: boolean[] = []
    const onOverloaded = (is: boolean) => told.push(is)
    assert.equal(await settle(consume, MESSAGE, { signal, onOverloaded }), answered)
    assert.equal(calls(), 21)
    assert.deepEqual(told, [true, false])
  })

  it('rejects what is late three times', async () => {
    const { consume, calls } = createConsume(postponed('TIMED_OUT'))
    assert.equal(await settle(consume, MESSAGE, { signal }), rejected)
    assert.equal(calls(), 3)
  })

  it('does not take a full queue for the photo being late', async () => {
    const { consume } = createConsume(
      ...[postponed('TIMED_OUT'), postponed('OVERLOADED'), postponed('OVERLOADED')],
      ...[postponed('TIMED_OUT'), answered],
    )
    assert.equal(await settle(consume, MESSAGE, { signal }), answered)
  })

  it('ends when it is told to, and no longer counts as refused', async () => {
    const stop = new AbortController()
    const told: boolean[] = []
    const never: MessageAnswer = { ...postponed('OVERLOADED'), retryAfterMs: 1e6 } as MessageAnswer
    const settled = settle(() => Promise.resolve(never), MESSAGE, {
      signal: stop.signal,
      onOverloaded(is) {
        told.push(is)
        stop.abort()
      },
    })
    await assert.rejects(settled, { name: 'AbortError' })
    assert.deepEqual(told, [true, false])
  })
})
