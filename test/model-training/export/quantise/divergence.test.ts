import assert from 'node:assert/strict'
import { toDivergence } from '../../../../model-training/export/quantise/divergence'

describe('toDivergence', () => {
  it('is 0 of the same probabilities, also of certain ones', () => {
    const rows = [Float32Array.of(0.25, 0.75), Float32Array.of(1, 0)]
    assert.equal(toDivergence(rows, rows), 0)
  })

  it('is the mean over the photos, in nats', () => {
    const expected = [Float32Array.of(0.5, 0.5), Float32Array.of(0.5, 0.5)]
    const actual = [Float32Array.of(0.25, 0.75), Float32Array.of(0.5, 0.5)]
    const first = 0.5 * Math.log(0.5 / 0.25) + 0.5 * Math.log(0.5 / 0.75)
    assert.ok(Math.abs(toDivergence(expected, actual) - first / 2) < 1e-7)
  })

  it('is large, not infinite, where something possible is ruled out', () => {
    const divergence = toDivergence([Float32Array.of(0.5, 0.5)], [Float32Array.of(1, 0)])
    assert.ok(divergence > 10 && Number.isFinite(divergence))
  })
})
