import assert from 'node:assert/strict'
import { toShims } from '../../../bench/report/shims'
import { toRawRun } from '../../helpers/raw-run'
import type { MadeTrial } from '../../helpers/raw-run'

const A = { target: 'a' }

/** One request at a time waits half of 8, 9 or 10 ms; 1, 1.5 or 2 ms of it without any work, all but 0.5 ms at the pod. */
const toBlocks = (count: number): readonly MadeTrial[] =>
  Array.from({ length: count }, (_, block): readonly MadeTrial[] => [
    { ...A, block, times: [8 + block, 8 + block, 100], serviceShare: 0.5 },
    { ...A, block, concurrency: 5, times: [70], serviceShare: 0.5 },
    { ...A, block, experiment: 'zero-work', times: [1 + block / 2, 1 + block / 2, 50] },
    { ...A, block, experiment: 'zero-work-direct', times: [0.5 + block / 2, 40] },
  ]).flat()

describe('what waiting is of', () => {
  it('is the shim, the way to the pod and the remainder, which add up to it', () => {
    const [shim, ...others] = toShims(toRawRun({ trials: toBlocks(3) })) ?? []
    assert.deepEqual(others, [])
    assert.ok(shim !== undefined)
    const { waiting, hop, remainder } = shim
    assert.deepEqual(
      [waiting, shim.shim, hop, remainder].map((part) => part?.value),
      [4.5, 1, 0.5, 3],
    )
    assert.deepEqual([shim.target, shim.blocks], ['a', 3])
    // Differences are taken block by block: the hop is the same in each.
    assert.deepEqual(hop, { value: 0.5, lower: 0.5, upper: 0.5 })
    // Student's t with two degrees of freedom: 4.303 standard errors of 0.5, 1 and 1.5.
    assert.ok(shim.shim.lower !== null)
    assert.ok(Math.abs(shim.shim.lower - (1 - (4.30265 * 0.5) / Math.sqrt(3))) < 1e-4)
  })

  it('leaves blocks out that lack a part', () => {
    const trials = toBlocks(3).filter(
      ({ block, experiment }) => !(block === 1 && experiment === 'zero-work-direct'),
    )
    const [shim] = toShims(toRawRun({ trials })) ?? []
    assert.equal(shim?.blocks, 2)
    assert.equal(shim.waiting?.value, 4.5)
  })

  it('has no way to the pod where that was not asked, and no remainder where no photo was alone', () => {
    const trials = toBlocks(2).filter(({ experiment }) => experiment !== 'zero-work-direct')
    const [remote] = toShims(toRawRun({ trials })) ?? []
    assert.deepEqual([remote?.shim.value, remote?.hop], [1.25, null])
    const open = trials.filter(({ experiment }) => experiment === 'zero-work')
    const [busy] = toShims(toRawRun({ trials: open })) ?? []
    assert.deepEqual([busy?.waiting, busy?.remainder, busy?.shim.value], [null, null, 1.25])
  })

  it('has no interval of one block, and is absent where nobody was asked', () => {
    const [shim] = toShims(toRawRun({ trials: toBlocks(1) })) ?? []
    assert.deepEqual(shim?.shim, {
      ...{ value: 0.5, lower: null, upper: null },
      reason: 'one block has no interval',
    })
    assert.equal(toShims(toRawRun({ trials: [{ ...A, times: [3] }] })), undefined)
  })
})
