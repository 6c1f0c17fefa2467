import assert from 'node:assert/strict'
import { toAccount } from './account'
import type { Outcome } from './account'

const answered = (id: string, content = 'food'): Outcome => ({ id, state: 'answered', content })
const rejected = (id: string, content = 'CORRUPT_PHOTO'): Outcome => ({
  ...{ id, state: 'rejected', content },
})

describe('the account of what became of photos', () => {
  const none = { answered: 0, rejected: 0, redelivered: 0, lost: 0, duplicated: 0, unknown: 0 }

  it('counts distinct photos, and those without a record as lost', () => {
    assert.deepEqual(
      toAccount(['a', 'b', 'c', 'd'], [answered('a'), rejected('b'), answered('c')]),
      {
        ...{ ...none, answered: 2, rejected: 1, lost: 1 },
      },
    )
  })

  it('counts what says the same again as redelivered', () => {
    const outcomes = [answered('a'), answered('a'), answered('a'), rejected('b'), rejected('b')]
    assert.deepEqual(toAccount(['a', 'b'], outcomes), {
      ...{ ...none, answered: 1, rejected: 1, redelivered: 3 },
    })
  })

  it('counts photos whose records contradict each other as duplicated', () => {
    const outcomes = [
      ...[answered('a'), answered('a', 'drink'), answered('a')],
      ...[answered('b'), rejected('b')],
      ...[rejected('c'), rejected('c', 'TIMED_OUT')],
    ]
    assert.deepEqual(toAccount(['a', 'b', 'c'], outcomes), {
      ...{ ...none, answered: 2, rejected: 2, redelivered: 1, duplicated: 3 },
    })
  })

  it('counts photos that nobody sent', () => {
    assert.deepEqual(toAccount(['a'], [answered('a'), answered('x'), answered('x')]), {
      ...{ ...none, answered: 1, unknown: 1 },
    })
  })
})
