import assert from 'node:assert/strict'
import { findLeftOutSources, isLeftOut } from '../../model-training/left-out-sources'
import { createEntry } from './solid-photos'

const ENTRIES = [
  createEntry({ label: 'food', source: 'a' }),
  createEntry({ label: 'food', source: 'b' }),
  createEntry({ label: 'menu', source: 'b' }),
  createEntry({ label: 'inside', source: 'c' }),
  createEntry({ label: 'inside', source: 'b' }),
  createEntry({ label: 'menu', source: 'd', split: 'test' }),
  createEntry({ label: 'outside', source: undefined }),
  createEntry({ label: 'outside', source: 'a', split: 'val' }),
]

describe('findLeftOutSources', () => {
  it('finds sources of labels that another source has training photos of', () => {
    assert.deepEqual(findLeftOutSources(ENTRIES), [
      { source: 'a', labels: ['food'] },
      { source: 'b', labels: ['food', 'inside'] },
      { source: 'c', labels: ['inside'] },
    ])
  })

  it('finds none where no source is known', () => {
    assert.deepEqual(findLeftOutSources([createEntry()]), [])
  })
})

describe('isLeftOut', () => {
  it('leaves out photos of any part, but only of those labels', () => {
    const left = { source: 'b', labels: ['food', 'inside'] } as const
    assert.deepEqual(
      ENTRIES.map((entry) => isLeftOut(left, entry)),
      [false, true, false, false, true, false, false, false],
    )
    assert.ok(isLeftOut(left, createEntry({ label: 'food', source: 'b', split: 'test' })))
  })
})
