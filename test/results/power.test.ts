import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROFILES } from '../../bench/profiles'
import type { Report } from '../../bench/report/report'

const QUICK = join(__dirname, '../../results/compare/quick/report.json')

describe('the default profile, with the variance of the committed run of it', () => {
  const { profile, plan, power } = JSON.parse(readFileSync(QUICK, 'utf8')) as Report

  it('has the blocks that tell +10 % from 0 %', () => {
    assert.equal(profile, 'quick')
    assert.equal(plan.blocks, PROFILES.quick.blocks)
    const ofTheTwins = power.filter(({ a, b }) => a === 'function' && b === 'container')
    assert.deepEqual(
      ofTheTwins.map(({ concurrency }) => concurrency),
      PROFILES.quick.concurrency,
    )
    for (const { concurrency, slowerAt10Percent, equivalentAt0Percent } of ofTheTwins) {
      const told = `at ${concurrency}: ${slowerAt10Percent}, ${equivalentAt0Percent}`
      assert.ok(slowerAt10Percent >= 0.9 && equivalentAt0Percent >= 0.8, told)
    }
  })
})
