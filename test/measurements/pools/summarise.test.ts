import assert from 'node:assert/strict'
import type { PoolName } from './conditions'
import { summarise } from './summarise'
import type { Trial } from './summarise'

const toTrial = (pool: PoolName, threads: number, cpuMs: number): Trial => ({
  pool,
  work: 'idle',
  threads,
  photo: 'small-1.jpg',
  photos: 100,
  cpuMs,
  photosPerSecond: 1000 / cpuMs,
})

describe('the summary of pools', () => {
  it('has the ratio to ours in the same block under the same load, whatever the order', () => {
    const rows = summarise([
      [toTrial('ours', 1, 2), toTrial('cloned', 1, 3), toTrial('ours', 2, 10)],
      [toTrial('ours', 2, 10), toTrial('cloned', 1, 8), toTrial('ours', 1, 4)],
      [toTrial('cloned', 1, 10), toTrial('ours', 1, 5), toTrial('ours', 2, 10)],
    ])
    assert.deepEqual(
      rows.map(({ pool, threads, cpuMs, ratio }) => [pool, threads, cpuMs.value, ratio.value]),
      [
        ['ours', 1, 4, 1],
        ['cloned', 1, 8, 2],
        ['ours', 2, 10, 1],
      ],
    )
    assert.equal(rows[1]?.photosPerSecond.value, 125)
  })

  it('has intervals from six blocks on, and its condition beside them', () => {
    const blocks = [1, 2, 3, 4, 5, 6].map((cpuMs) => [toTrial('ours', 1, cpuMs)])
    const [five] = summarise(blocks.slice(1))
    const [six] = summarise(blocks)
    assert.equal(five?.cpuMs.lower, undefined)
    assert.deepEqual(six?.cpuMs, { value: 3.5, lower: 1, upper: 6 })
    assert.deepEqual(Object.keys(six), [
      'pool',
      'work',
      'threads',
      'photo',
      'photos',
      'cpuMs',
      'ratio',
      'photosPerSecond',
    ])
  })

  it('is not made of blocks that lack a condition', () => {
    const blocks = [[toTrial('ours', 1, 1)], [toTrial('ours', 2, 1)]]
    assert.throws(() => summarise(blocks), /no ours, idle, 1, small-1\.jpg/)
  })
})
