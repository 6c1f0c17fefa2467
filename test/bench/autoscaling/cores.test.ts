import assert from 'node:assert/strict'
import { toCores } from '../../../bench/autoscaling/cores'
import type { PodSample, Sample } from '../../../bench/autoscaling/run'

/** How far the node's clock is ahead, s. */
const AHEAD = 1e6

const toRow = (at: number, pods: readonly (readonly [string, number, number])[]): Sample => ({
  ...{ target: 'a', at, wanted: 1, ready: 1, utilization: null, requests: [] },
  pods: pods.map(([name, countedAt, cpuSeconds]): PodSample => ({
    ...{ name, cpuSeconds, memoryBytes: null, countedAt: (AHEAD + countedAt) * 1000 },
  })),
})

describe('CPU of pods that are counted now and then', () => {
  // Counted at 3, 12 and 21 s; the rows in between repeat what was counted.
  const rows = [
    toRow(3, [['one', 3, 1]]),
    toRow(6, [['one', 3, 1]]),
    toRow(12, [['one', 12, 5.5]]),
    toRow(15, [
      ['one', 12, 5.5],
      ['two', 15, 0],
    ]),
    toRow(21, [
      ['one', 21, 7.3],
      ['two', 15, 0],
    ]),
    toRow(25, [
      ['one', 21, 7.3],
      ['two', 25, 4],
    ]),
  ]
  const coresAt = toCores(rows)

  for (const [at, cores] of [
    [2, null],
    [4, 0.5],
    [12, 0.5],
    [14, 0.2],
    [20, 0.6],
    [24, 0.4],
    [26, null],
  ] as const) {
    it(`is ${cores} at ${at} s, by the times of the counts`, () => {
      assert.equal(coresAt(at), cores)
    })
  }

  it('is unknown where nothing is counted', () => {
    const pods = [{ name: 'one', cpuSeconds: null, memoryBytes: null, countedAt: null }]
    assert.equal(
      toCores([
        { ...toRow(3, []), pods },
        { ...toRow(6, []), pods },
      ])(4),
      null,
    )
  })
})
