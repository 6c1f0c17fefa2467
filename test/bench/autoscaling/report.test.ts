import assert from 'node:assert/strict'
import { toAutoscalingMarkdown } from '../../../bench/autoscaling/markdown'
import { toAutoscalingPlot } from '../../../bench/autoscaling/plot'
import { toAutoscalingReport } from '../../../bench/autoscaling/report'
import type { RequestSample, Sample } from '../../../bench/autoscaling/run'
import { toAutoscalingText } from '../../../bench/autoscaling/text'
import { assertWellFormed } from '../report/well-formed'
import { toRaw, toSamples } from './made-run'

/** The second of the samples ends so. */
const withRequest = (request: RequestSample): readonly Sample[] =>
  ['container', 'function'].flatMap((name) =>
    toSamples(name).map((sample, index) =>
      index === 1 && name === 'function'
        ? { ...sample, requests: [...sample.requests, request] }
        : sample,
    ),
  )

describe('the report of autoscaling', () => {
  const report = toAutoscalingReport(toRaw())
  const [column] = report.columns

  it('is valid where both were scaled', () => {
    assert.deepEqual([report.valid, report.invalidReasons], [true, []])
    assert.deepEqual(
      report.columns.map(({ target }) => target),
      ['container', 'function'],
    )
  })

  it('tells when another number of pods was wanted, why, and when it was there', () => {
    assert.equal(column?.aboveTargetAt, 24)
    assert.deepEqual(column.changes, [
      { from: 1, to: 2, at: 30, readyAt: 36, offered: 10, utilization: 120 },
      { from: 2, to: 1, at: 99, readyAt: 99, offered: 1, utilization: 20 },
    ])
    assert.equal(column.mostPods, 2)
    // 120 s of one pod, and 69 of another.
    assert.equal(column.podSeconds, 120 + 69)
  })

  it('tells what users waited for, by what there was of pods', () => {
    assert.deepEqual(
      column?.phases.map(({ name, from, to, requests, failed, p50 }) => [
        ...[name, from, to, requests, failed, p50],
      ]),
      [
        ['one pod', 0, 30, 30, 0, 100],
        ['more pods come', 30, 36, 6, 0, 100],
        ['all pods', 36, 65, 29, 0, 20],
        ['after the peak', 65, 120, 55, 0, 20],
      ],
    )
  })

  it('has moments with what was offered, answered, used and waited for', () => {
    const moment = column?.timeline.find(({ at }) => at === 48)
    assert.deepEqual(moment, {
      ...{ at: 48, offered: 10, answered: 1, failed: 0, wanted: 2, ready: 2 },
      // A quarter of a core each.
      ...{ cores: 0.5, memoryBytes: 2 ** 28, p50: 20, p90: 20 },
    })
  })

  it('counts what failed, by how, and keeps it out of the times', () => {
    const { columns, valid } = toAutoscalingReport(toRaw(withRequest([4000, 0, 9e4, 'status'])))
    assert.equal(valid, true)
    assert.deepEqual(columns[1]?.failed, { status: 1 })
    assert.equal(columns[1].phases[0]?.failed, 1)
    assert.equal(columns[1].phases[0].p90, 100)
    assert.match(toAutoscalingText(toAutoscalingReport(toRaw()), 'DIR'), /0 of 120 requests failed/)
  })

  for (const [what, raw, reason] of [
    [
      'where it was never scaled',
      toRaw([...toSamples('container'), ...toSamples('function', { upAt: 1000 })]),
      /^function: it was never scaled: 10 requests a second are too few for it, see --peak$/,
    ],
    [
      'where an answer was wrong',
      toRaw(withRequest([4000, 0, 10, 'wrong'])),
      /^function: answers under load were not those without$/,
    ],
    [
      'where not all of the load was sent',
      toRaw(withRequest([4000, null, null, 'dropped'])),
      /^function: not all of the load was sent$/,
    ],
    [
      'where the load generator came late',
      toRaw(
        toSamples('container').map((sample) => ({
          ...sample,
          requests: sample.requests.map(([at, , took]) => [at, 60, took] as const),
        })),
      ),
      /container: the load generator came 60 ms late in 1 of 100 requests/,
    ],
    [
      'where the autoscalers are not alike',
      toRaw(undefined, {
        autoscalers: toRaw().run.autoscalers.map((autoscaler, index) => ({
          ...autoscaler,
          maxReplicas: 4 + index,
        })),
      }),
      /^the autoscalers do not match: maxReplicas is 5 of function and 4 of container$/,
    ],
    [
      'where an autoscaler waits otherwise than was asked for',
      toRaw(undefined, {
        autoscalers: toRaw().run.autoscalers.map((autoscaler) => ({
          ...autoscaler,
          scaleDownWindow: 300,
        })),
      }),
      /^the autoscaler of container follows after 0 and 300 s, not after 0 and 15$/,
    ],
    ['where it failed', toRaw(undefined, { state: 'failed', failures: ['gone'] }), /^gone$/],
    [
      'where it was interrupted',
      toRaw(undefined, { state: 'interrupted' }),
      /^the run was interrupted before its end$/,
    ],
    ['where it was killed', toRaw(undefined, { state: 'running' }), /^the run was cut short/],
  ] as const) {
    it(`is INVALID ${what}`, () => {
      const { valid, invalidReasons } = toAutoscalingReport(raw)
      assert.equal(valid, false)
      assert.ok(
        invalidReasons.some((each) => reason.test(each)),
        invalidReasons.join('; '),
      )
    })
  }

  it('is of what there is where nothing was measured', async () => {
    const empty = toAutoscalingReport(
      toRaw([], { targets: [], autoscalers: [], state: 'interrupted' }),
    )
    assert.deepEqual(empty.columns, [])
    assertWellFormed(await toAutoscalingPlot(empty))
    assert.match(toAutoscalingMarkdown(empty), /INVALID/)
  })

  it('is a picture, a page and words for a terminal', async () => {
    const picture = await toAutoscalingPlot(report)
    assertWellFormed(picture)
    assert.match(picture, /Pods that are ready/)
    const page = toAutoscalingMarkdown(report)
    assert.match(page, /\*\*container\.\*\* Above 80 % of what its pod requests from 24\.0 s on;/)
    assert.match(page, /\| container \| 1 to 2 +\|/)
    assert.match(page, /Follows down after s/)
    assert.match(
      toAutoscalingText(report, 'DIR'),
      /^\nVALID\ncontainer: Above 80 %.*\n.*\nraw rows and report: DIR\n$/,
    )
  })
})
