import assert from 'node:assert/strict'
import { match } from '../../bench/matching'
import { toReport } from '../../bench/report/json'
import type { TargetFacts } from '../../bench/run'
import { toFacts, toRawRun } from '../helpers/raw-run'

const FACTS = toFacts('a')
const [CPUS, MEMORY] = [FACTS.limits!.cpus, FACTS.limits!.memoryBytes]

const DIFFERENCES: Readonly<Record<string, Partial<TargetFacts>>> = {
  model: { model: { name: 'photo-net', sha256: '1'.repeat(64) } },
  engine: { engine: 'wasm 4.22' },
  decoder: { decoder: 'jimp 1.6' },
  workers: { workers: 1 },
  'Node.js': { node: 'v20.0.0' },
  'log level': { logLevel: 'debug' },
  CPUs: { limits: { cpus: { ...CPUS, value: 1 }, memoryBytes: MEMORY } },
  memory: { limits: { cpus: CPUS, memoryBytes: { ...MEMORY, enforcedBy: null } } },
}

describe('two targets', () => {
  it('match where all is the same but what they are called and how fast they start', () => {
    const other = { ...toFacts('b'), startToReadyMs: 9000, cpuWitness: null }
    assert.deepEqual(match(FACTS, other), { mismatches: [], unknown: [] })
    const named = { ...other, model: { ...FACTS.model!, name: 'another name' } }
    assert.deepEqual(match(FACTS, named).mismatches, [])
  })

  for (const [what, difference] of Object.entries(DIFFERENCES)) {
    it(`that differ in ${what} do not match, which makes a run INVALID`, () => {
      const targets = [FACTS, { ...toFacts('b'), ...difference }, toFacts('b again')]
      const [first] = match(targets[0]!, targets[1]!).mismatches
      assert.ok(first?.startsWith(`a has ${what} `), first)
      const { report } = toReport(toRawRun({ run: { targets } }))
      assert.equal(report.valid, false)
      assert.ok(report.invalidReasons.includes(`they do not match: ${first}`))
      // So does its double.
      assert.ok(report.invalidReasons.some((reason) => reason.includes(`b again has ${what} `)))
    })
  }

  for (const [what, cpus, memoryBytes] of [
    ['requested CPUs', null, 2 ** 28],
    ['requested CPUs', 0.5, 2 ** 28],
    ['requested memory', 0.25, 2 ** 29],
  ] as const) {
    it(`that have other ${what} in their clusters do not match`, () => {
      const one = { ...FACTS, requests: { cpus: 0.25, memoryBytes: 2 ** 28 } }
      const other = { ...toFacts('b'), requests: { cpus, memoryBytes } }
      assert.match(match(one, other).mismatches.join(), new RegExp(`^a has ${what} `))
      // One that is in no cluster has none.
      assert.deepEqual(match(one, toFacts('b')), { mismatches: [], unknown: [] })
    })
  }

  for (const [what, known] of Object.entries(DIFFERENCES)) {
    it(`of which one does not say its ${what} may be compared, with a warning`, () => {
      const [name] = Object.keys(known) as [keyof TargetFacts]
      const targets = ['a', 'b', 'b again'].map((target) =>
        target === 'a' ? FACTS : { ...toFacts(target), [name]: null },
      )
      const { mismatches, unknown } = match(targets[0]!, targets[1]!)
      assert.deepEqual(mismatches, [])
      assert.ok(unknown.includes(what))
      const { report } = toReport(toRawRun({ run: { targets } }))
      assert.deepEqual([report.valid, report.invalidReasons], [true, []])
      const warning = `whether a and b have the same ${unknown.join(', ')} is not known`
      assert.deepEqual(report.warnings, [warning])
    })
  }
})
