import assert from 'node:assert/strict'
import { toLabelWeights } from '../../model-training/label-weights'

const labelsOf = (...counts: readonly number[]): number[] =>
  counts.flatMap((count, label) => new Array<number>(count).fill(label))

describe('toLabelWeights', () => {
  it('weighs a label with a quarter of another’s photos twice as much', () => {
    const [common = 0, rare = 0] = toLabelWeights(labelsOf(16, 4))
    assert.ok(rare > common)
    // Between 1, which ignores how rare it is, and 4, which levels it.
    assert.ok(Math.abs(rare / common - 2) < 1e-12, `${rare / common}`)
  })

  it('has a mean of 1 over the photos, so that the size of a loss stays', () => {
    const labels = labelsOf(100, 25, 3)
    const weights = toLabelWeights(labels)
    const sum = labels.reduce((total, label) => total + weights[label]!, 0)
    assert.ok(Math.abs(sum / labels.length - 1) < 1e-12)
  })

  it('treats equal labels equally, and leaves out photos without one', () => {
    const [first, second] = toLabelWeights(labelsOf(5, 5))
    assert.equal(first, second)
    const labels = labelsOf(9, 1)
    assert.deepEqual(toLabelWeights([...labels, undefined, undefined]), toLabelWeights(labels))
  })

  it('takes as many labels as Yelp has photos', () => {
    const weights = toLabelWeights(labelsOf(...new Array<number>(5).fill(60_000)))
    const shown = weights.map((weight) => weight.toFixed(9))
    assert.deepEqual(shown, new Array(5).fill('1.000000000'))
  })
})
