import assert from 'node:assert/strict'
import { toPairedInterval } from '../../../model-training/evaluation/paired-interval'
import { near } from './judgements'

describe("Newcombe's interval of paired shares", () => {
  it("gives what is published for Armitage and Berry's two media for tubercle bacilli", () => {
    // 50 specimens (Statistical Methods in Medical Research, 1994, p. 138); StatsDirect prints 0.056156 to 0.329207.
    const counts = { both: 20, onlyFirst: 12, onlySecond: 2, neither: 16 }
    const { value, lower, upper } = toPairedInterval(counts)
    near(value, 20)
    near(lower, 5.6156, 1e-4)
    near(upper, 32.9207, 1e-4)
  })

  it('turns round with the pairs', () => {
    const one = toPairedInterval({ both: 20, onlyFirst: 12, onlySecond: 2, neither: 16 })
    const other = toPairedInterval({ both: 20, onlyFirst: 2, onlySecond: 12, neither: 16 })
    near(other.value, -one.value)
    near(other.lower, -one.upper)
    near(other.upper, -one.lower)
  })

  it('does not shrink to nothing where the two never differ', () => {
    const { value, lower, upper } = toPairedInterval({
      ...{ both: 10, onlyFirst: 0, onlySecond: 0, neither: 0 },
    })
    assert.equal(value, 0)
    // Wilson's 10 of 10 reaches down to 0.72247.
    near(lower, -27.7533, 1e-3)
    near(upper, 27.7533, 1e-3)
  })

  it('stays within 100 points, and refuses what are no counts', () => {
    const all = toPairedInterval({ both: 0, onlyFirst: 3, onlySecond: 0, neither: 0 })
    assert.equal(all.upper, 100)
    assert.ok(all.lower < 100)
    for (const both of [0, -1]) {
      assert.throws(
        () => toPairedInterval({ both, onlyFirst: 0, onlySecond: 0, neither: 0 }),
        RangeError,
      )
    }
  })
})
