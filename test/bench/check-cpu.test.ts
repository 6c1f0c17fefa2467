import assert from 'node:assert/strict'
import { startCpuChecks } from '../../bench/check-cpu'
import type { LateCpu, Target } from '../../bench/targets/target'
import { toFacts } from '../helpers/raw-run'

const signal = new AbortController().signal

/** It has used 2 s of CPU by the first reading, and one more at each. */
function toTarget(readLateCpu?: () => Promise<LateCpu | null>): Target {
  let seconds = 1
  return {
    ...{ facts: toFacts('a'), baseUrl: 'http://127.0.0.1:1' },
    readCpuSeconds: () => Promise.resolve(++seconds),
    readWitnessCpuSeconds: () => Promise.resolve(null),
    resetPeakMemory: () => Promise.resolve(),
    readPeakMemoryBytes: () => Promise.resolve(null),
    ended: new Promise(() => undefined),
    stop: () => Promise.resolve(),
    ...(readLateCpu && { readLateCpu }),
  }
}

const check = async (target: Target) => {
  const startedAt = performance.now()
  const end = await startCpuChecks(new Map([['a', target]]), { startedAt, signal })
  return end?.()
}

describe("the check of a target's CPU by who counts it late", () => {
  it('is none where nobody counts', async () => {
    assert.equal(await check(toTarget()), undefined)
  })

  it('is of counts that were made after it began, and after it ended', async () => {
    // Every count is told twice; the first of the check is an old one.
    const counts = [10, 10, 14, 14, 19, 19]
    let asked = 0
    const late = () => {
      const seconds = counts[asked++] ?? Number.NaN
      return Promise.resolve({ seconds, at: seconds * 1000 })
    }
    const [checked] = (await check(toTarget(late))) ?? []
    assert.ok(checked !== undefined)
    const { target, cpuSeconds, lateCpuSeconds, duration, endedAt } = checked
    assert.deepEqual([target, cpuSeconds, lateCpuSeconds], ['a', 1, 5])
    assert.ok(duration > 0 && endedAt >= duration * 1000)
  })

  it('goes on where who counts does not answer now and then', async () => {
    let asked = 0
    const late = () => {
      asked += 1
      if (asked % 2 === 1) return Promise.reject(new Error('no answer in 10 s'))
      return Promise.resolve({ seconds: asked, at: asked })
    }
    const [checked] = (await check(toTarget(late))) ?? []
    assert.ok((checked?.lateCpuSeconds ?? 0) > 0, JSON.stringify(checked))
  })
})
