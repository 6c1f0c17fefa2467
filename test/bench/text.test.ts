import assert from 'node:assert/strict'
import { toReport } from '../../bench/report/json'
import { toText } from '../../bench/report/text'
import { toRawRun } from '../helpers/raw-run'
import type { MadeTrial } from '../helpers/raw-run'

/** Ten blocks in which `a` takes half as long again as `b`, a little differently each time. */
const TRIALS = Array.from({ length: 10 }, (_, block): MadeTrial[] => {
  const times = Array.from({ length: 64 }, (_, at) => 10 + (at % 3) + block / 100)
  const slower = times.map((time) => time * (1.5 + block / 1000))
  return [
    { target: 'a', block, times: slower, cpuSeconds: { a: 0.64 } },
    { target: 'b', block, times, cpuSeconds: { b: 0.32 } },
    { target: 'b again', block, times: times.map((time) => time + (block % 2) / 100) },
  ]
}).flat()

describe("a run's text for the terminal", () => {
  it('says VALID, what to do, and a row a condition', () => {
    const { report } = toReport(toRawRun({ trials: TRIALS }))
    const lines = toText(report, 'runs/here').split('\n')
    assert.deepEqual(lines.slice(0, 3), ['', 'VALID', ''])
    assert.ok(lines.join(' ').includes(report.advice))
    assert.ok(lines.every((line) => line.length <= 100 && line === line.trimEnd()))
    const head = lines.findIndex((line) => line.startsWith('at once'))
    assert.deepEqual(lines.slice(head, head + 4), [
      'at once  target   p50 ms  p90 ms   1/s  CPU ms  p50 ratio',
      '      1  a          16.6    18.2  60.3    10.0      1.504  (1.502–1.507)  slower',
      '      1  b          11.0    12.1  90.7    5.00',
      '      1  b again    11.0    12.1  90.6       –      1.000  (1.000–1.001)  equivalent',
    ])
    assert.deepEqual(lines.slice(-4), [
      `resolution: ±0.1 % (A/A)`,
      '',
      'raw rows and report: runs/here',
      '',
    ])
  })

  it('says INVALID with all reasons and warnings, each on lines of its own', () => {
    const { report } = toReport(
      toRawRun({
        run: { failures: [`this\nfailed ${'and failed '.repeat(20)}`], state: 'interrupted' },
        environment: { stealShare: 0.5 },
      }),
    )
    const lines = toText(report, 'here').split('\n')
    assert.equal(lines[1], 'INVALID')
    assert.match(lines[2] ?? '', /^- this failed and failed/)
    assert.match(lines[3] ?? '', /^ {2}(and )?failed/)
    const text = lines.join('\n')
    assert.ok(text.includes('\n- the run was interrupted before its end\n'))
    assert.ok(text.includes('\n- warning: other machines of the same host took 50.0 % of the CPU'))
    assert.ok(!text.includes('at once  target'))
    assert.ok(lines.every((line) => line.length <= 100))
  })
})
