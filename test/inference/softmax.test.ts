import assert from 'node:assert/strict'
import { softmax } from '../../inference/softmax'

function assertRows(values: readonly number[], columns: number, expected: readonly number[]): void {
  const given = Float32Array.from(values)
  softmax(given, columns)
  for (const [at, value] of given.entries()) {
    assert.ok(Math.abs(value - expected[at]!) < 1e-7, `${String(given)} is not ${String(expected)}`)
  }
}

describe('softmax', () => {
  it('makes each row sum to 1, in the proportions of the powers of e', () => {
    const sum = Math.exp(1) + Math.exp(2) + Math.exp(3)
    const row = [1, 2, 3].map((value) => Math.exp(value) / sum)
    assertRows([1, 2, 3, 5, 5, 5], 3, [...row, 1 / 3, 1 / 3, 1 / 3])
  })

  it('says the same of logits that are all larger or smaller by the same', () => {
    assertRows([1000, 1001, -1001, -1000], 2, [
      1 / (1 + Math.E),
      Math.E / (1 + Math.E),
      1 / (1 + Math.E),
      Math.E / (1 + Math.E),
    ])
  })
})
