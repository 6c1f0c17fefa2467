import assert from 'node:assert/strict'
import { toGroups } from '../../../model-training/data/to-groups'

describe('toGroups', () => {
  it('joins items by name and by pair, also through others', () => {
    const names = ['a', undefined, 'b', 'a', undefined, 'b', undefined]
    // 0 and 3 by name, 2 and 5 by name; 4 with 2 and 3 with 5 make one of these all.
    const pairs = [
      [4, 2],
      [3, 5],
    ] as const
    assert.deepEqual(toGroups(names, pairs), [[0, 2, 3, 4, 5], [1], [6]])
  })

  it('joins long chains', () => {
    const count = 20_000
    const pairs = Array.from(
      { length: count - 1 },
      (_, i) => [count - 2 - i, count - 1 - i] as const,
    )
    const groups = toGroups(
      Array.from({ length: count }, () => undefined),
      pairs,
    )
    assert.equal(groups.length, 1)
    assert.equal(groups[0]?.length, count)
  })
})
