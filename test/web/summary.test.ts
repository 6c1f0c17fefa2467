import assert from 'node:assert/strict'
import fc from 'fast-check'
import { toProcessingMs } from '../../web/page/server-timing'
import { median, summarise, toRatio } from '../../web/page/summary'
import type { Observation } from '../../web/page/summary'
import { toTicks } from '../../web/page/ticks'

const TARGETS = ['function', 'container'].map((name) => ({ name, address: name }))
const [FUNCTION, CONTAINER] = TARGETS as [(typeof TARGETS)[0], (typeof TARGETS)[0]]

const observe = (
  target: Observation['target'],
  roundTripMs: number,
  processingMs?: number,
): Observation => ({
  number: 1,
  photo: 'a',
  target,
  answer: {
    state: 'classified',
    label: 'menu',
    probability: 1,
    probabilities: { menu: 1 },
    model: 'm',
    roundTripMs,
    processingMs,
  },
})

describe('what the page makes of answers', () => {
  it('are medians of each target apart, and what failed is counted beside', () => {
    const [ofFunction, ofContainer] = summarise(TARGETS, [
      observe(FUNCTION, 30, 10),
      observe(CONTAINER, 10, 8),
      observe(FUNCTION, 10, 4),
      observe(FUNCTION, 20, 5),
      {
        number: 2,
        photo: 'b',
        target: CONTAINER,
        answer: { state: 'failed', reason: 'too large' },
      },
    ])
    assert.deepEqual(ofFunction, {
      target: FUNCTION,
      answered: 3,
      failed: 0,
      roundTripMs: 20,
      processingMs: 5,
      waitingMs: 15,
    })
    assert.deepEqual([ofContainer!.answered, ofContainer!.failed], [1, 1])
  })

  it('is a ratio of the first over the second only where both have answered', () => {
    const both = [observe(FUNCTION, 30), observe(CONTAINER, 20)]
    assert.equal(toRatio(summarise(TARGETS, both)), 'function / container: 1.50')
    assert.equal(toRatio(summarise(TARGETS, both.slice(1))), undefined)
    assert.equal(toRatio(summarise([FUNCTION], both)), undefined)
  })

  it('has no processing time where the target tells none', () => {
    const [summary] = summarise(TARGETS, [observe(FUNCTION, 30)])
    assert.deepEqual([summary!.roundTripMs, summary!.processingMs], [30, undefined])
  })

  it('has half of the values on each side of the median', () => {
    assert.equal(median([]), undefined)
    assert.equal(median([3, 1]), 2)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }), (values) => {
        const middle = median(values)!
        const below = values.filter((value) => value < middle).length
        const above = values.filter((value) => value > middle).length
        assert.ok(below <= values.length / 2 && above <= values.length / 2)
      }),
    )
  })

  it('reads the total of Server-Timing, and nothing where there is none', () => {
    assert.equal(
      toProcessingMs('queue;dur=0.1, decode;dur=2, predict;dur=3, total;dur=5.125'),
      5.125,
    )
    assert.equal(toProcessingMs('total ; dur="7"'), 7)
    for (const header of [null, '', 'queue;dur=1', 'total', 'total;dur=soon', 'subtotal;dur=3']) {
      assert.equal(toProcessingMs(header), undefined, String(header))
    }
  })

  it('has round ticks from 0 that reach over every value', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), (max) => {
        const ticks = toTicks(max, 5)
        assert.equal(ticks[0], 0)
        assert.ok(ticks.at(-1)! >= max * (1 - 1e-9), `${ticks.join(' ')} for ${max}`)
        assert.ok(ticks.length >= 2 && ticks.length <= 6, `${ticks.length}`)
      }),
    )
    assert.deepEqual(toTicks(41, 5), [0, 10, 20, 30, 40, 50])
  })
})
