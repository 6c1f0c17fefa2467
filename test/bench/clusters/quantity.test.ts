import assert from 'node:assert/strict'
import { parseQuantity } from '../../../bench/clusters/quantity'

describe('parseQuantity', () => {
  for (const [text, value] of [
    ['2', 2],
    ['250m', 0.25],
    ['1.5', 1.5],
    ['1Gi', 2 ** 30],
    ['256Mi', 256 * 2 ** 20],
    ['2047752Ki', 2_047_752 * 1024],
    ['1G', 1e9],
    ['', undefined],
    ['Mi', undefined],
    ['1X', undefined],
    ['-1', undefined],
  ] as const) {
    it(`makes ${String(value)} of "${text}"`, () => {
      assert.equal(parseQuantity(text), value)
    })
  }
})
