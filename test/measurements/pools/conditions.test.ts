import assert from 'node:assert/strict'
import { goodPhotos } from '../../fixtures/good-photos'
import { toSchedule } from './conditions'
import type { Condition } from './conditions'

const poolsOf = (
  block: number,
  { work, threads, photo }: Omit<Condition, 'pool' | 'photos'>,
): readonly string[] =>
  toSchedule(block)
    .filter((each) => each.work === work && each.threads === threads && each.photo === photo)
    .map(({ pool }) => pool)

describe('the schedule of pools', () => {
  const load = { work: 'classify', threads: 1, photo: 'small-1.jpg' } as const

  it('begins with another pool in each block', () => {
    assert.deepEqual(poolsOf(0, load), ['ours', 'oursOne', 'cloned', 'transferred'])
    assert.deepEqual(poolsOf(1, load), ['oursOne', 'cloned', 'transferred', 'ours'])
    assert.deepEqual(poolsOf(4, load), poolsOf(0, load))
  })

  it('has what is there without a pool beside threads without work', () => {
    for (const photo of ['small-1.jpg', 'large.jpg']) {
      for (const threads of [1, 2]) {
        assert.ok(poolsOf(0, { work: 'idle', threads, photo }).includes('none'))
      }
    }
  })

  it('has the same conditions in each block, each once', () => {
    const keysOf = (block: number): string[] =>
      toSchedule(block)
        .map((condition) => JSON.stringify(condition))
        .sort()
    assert.equal(new Set(keysOf(0)).size, 28)
    assert.deepEqual(keysOf(3), keysOf(0))
  })

  it('names photos that there are', async () => {
    const names = (await goodPhotos()).map(({ name }) => name)
    for (const { photo } of toSchedule(0)) assert.ok(names.includes(photo), photo)
  })
})
