import assert from 'node:assert/strict'
import fc from 'fast-check'
import { fromStep, toAffine, toStep } from '../../../../model-training/export/quantise/affine'

const value = fc.float({ noNaN: true, min: -1e6, max: 1e6 })

describe('toAffine', () => {
  it('gives a range 255 steps, with 0 on one of them', () => {
    assert.deepEqual(toAffine({ min: -1, max: 1.55 }), { scale: Math.fround(0.01), zeroPoint: 100 })
  })

  it('begins at 0 for what ReLU leaves', () => {
    const affine = toAffine({ min: 0, max: 5.1 })
    assert.deepEqual(affine, { scale: Math.fround(0.02), zeroPoint: 0 })
  })

  it('widens a range to hold 0: all below it, all above it', () => {
    assert.deepEqual(toAffine({ min: -5.1, max: -2 }), { scale: Math.fround(0.02), zeroPoint: 255 })
    assert.deepEqual(toAffine({ min: 2, max: 5.1 }), { scale: Math.fround(0.02), zeroPoint: 0 })
  })

  it('takes nothing but 0 for steps of 1', () => {
    assert.deepEqual(toAffine({ min: 0, max: 0 }), { scale: 1, zeroPoint: 0 })
  })

  it('never gives a scale of 0, however small the range', () => {
    const { scale } = toAffine({ min: 0, max: 1e-44 })
    assert.ok(scale > 0 && scale === Math.fround(scale))
  })

  for (const [name, range] of Object.entries({
    'the wrong way round': { min: 1, max: 0 },
    'without an end': { min: 0, max: Infinity },
    'of no number': { min: NaN, max: 1 },
  })) {
    it(`refuses a range ${name}`, () => {
      assert.throws(() => toAffine(range), { name: 'QuantisationError', message: /is no range/ })
    })
  }
})

describe('toStep and fromStep', () => {
  it('keep a value of the range to half a step, at its ends to one', () => {
    fc.assert(
      fc.property(value, value, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
        const range = { min: Math.min(a, b, 0), max: Math.max(a, b, 0) }
        const affine = toAffine(range)
        const inside = range.min + share * (range.max - range.min)
        const error = Math.abs(fromStep(toStep(inside, affine), affine) - inside)
        const [first, last] = [fromStep(0, affine), fromStep(255, affine)]
        const allowed = inside < first || inside > last ? 1 : 0.5
        assert.ok(error <= affine.scale * (allowed + 1e-4), `${error} of ${affine.scale}`)
      }),
    )
  })

  it('keep 0 as it is', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const affine = toAffine({ min: Math.min(a, b), max: Math.max(a, b) })
        assert.equal(fromStep(toStep(0, affine), affine), 0)
      }),
    )
  })

  it('cut off what is beyond the range', () => {
    const affine = toAffine({ min: -1, max: 1.55 })
    assert.deepEqual([toStep(-9, affine), toStep(9, affine)], [0, 255])
    assert.deepEqual([toStep(-Infinity, affine), toStep(Infinity, affine)], [0, 255])
  })
})
