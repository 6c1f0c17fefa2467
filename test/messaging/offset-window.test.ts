import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { createOffsetWindow } from '../../messaging/offset-window'

describe('the window of offsets', () => {
  it('moves to the last offset before which nothing is open', () => {
    const window = createOffsetWindow()
    for (const offset of ['5', '7', '8', '9']) window.start(offset)
    assert.equal(window.finish('8'), undefined)
    assert.equal(window.finish('5'), '5')
    assert.equal(window.finish('7'), '8')
    assert.equal(window.finish('9'), '9')
  })

  it('never passes one that is open, and ends at the last, in whatever order they finish', () => {
    const orders = fc.integer({ min: 1, max: 30 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, n) => n),
        { minLength: count },
      ),
    )
    fc.assert(
      fc.property(orders, (order) => {
        const window = createOffsetWindow()
        for (let n = 0; n < order.length; n++) window.start(String(n))
        const done = new Set<number>()
        let last = -1
        for (const n of order) {
          done.add(n)
          last = Number(window.finish(String(n)) ?? last)
          const firstOpen = order.map((_, at) => at).find((at) => !done.has(at)) ?? order.length
          assert.equal(last, firstOpen - 1)
        }
      }),
    )
  })
})
