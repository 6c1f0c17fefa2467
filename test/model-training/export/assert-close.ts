import assert from 'node:assert/strict'

/** Fails unless the values differ by no more than the tolerance. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  assert.equal(actual.length, expected.length)
  const differences = Array.from(actual, (value, i) => Math.abs(value - expected[i]!))
  const largest = Math.max(0, ...differences)
  assert.ok(largest <= tolerance, `differs by up to ${largest}`)
}
