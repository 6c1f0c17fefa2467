import assert from 'node:assert/strict'
import { AA, COMPARED } from '../../../bench/clusters/compared'
import { STAGES, toStages } from '../../../bench/cold-start/cold-start'
import type { ColdStart } from '../../../bench/cold-start/cold-start'
import { toColdStartMarkdown } from '../../../bench/cold-start/markdown'
import { toColdStartPlot } from '../../../bench/cold-start/plot'
import type { RawColdStarts } from '../../../bench/cold-start/run'
import { toColdStartReport } from '../../../bench/cold-start/report'
import { ENVIRONMENT, toFacts } from '../../helpers/raw-run'

const START: ColdStart = {
  ...{ target: 'container', block: 0, order: 0, uid: 'a' },
  ...{ scheduledAfter: 20, scheduledToProcess: 900, startToReady: 400, load: 150 },
  ...{ answeredAfter: 2000, firstResponseTime: 30, attempts: 50 },
  ...{ isLoadedAtFirstCall: false, isImagePresent: true },
}
const NAMES = COMPARED.map(({ name }) => name)

const toRaw = (
  starts: readonly ColdStart[],
  run: Partial<RawColdStarts['run']> = {},
): RawColdStarts => ({
  run: {
    ...{ kind: 'cold-start', version: 1, plan: { samples: 12, seed: 1 } },
    ...{ targets: NAMES.map(toFacts), clusters: [], failures: [], state: 'completed' },
    ...run,
  },
  environment: ENVIRONMENT,
  rows: starts,
})

/** Twelve blocks in which every target starts; the function takes half as long again. */
const ALL = Array.from({ length: 12 }, (_, block) =>
  NAMES.map((target, order) => ({
    ...{ ...START, target, block, order, uid: `${block}-${order}` },
    answeredAfter: (target === 'function' ? 3000 : 2000) + block,
  })),
).flat()

describe('the stages of a cold start', () => {
  it('add up to the whole', () => {
    const stages = toStages(START)
    assert.deepEqual(stages, {
      ...{ schedule: 20, container: 900, runtime: 250, model: 150, firstPrediction: 30 },
      routing: 650,
    })
    assert.equal(
      Object.values(stages).reduce((sum, time) => sum + time, 0),
      START.answeredAfter,
    )
  })

  it('have the model in the first call where stock behaviour loads it there', () => {
    const stages = toStages({ ...START, isLoadedAtFirstCall: true, firstResponseTime: 180 })
    assert.deepEqual(stages, {
      ...{ schedule: 20, container: 900, runtime: 400, model: 150, firstPrediction: 30 },
      routing: 500,
    })
  })

  it('are not known where the cluster does not tell one', () => {
    assert.equal(toStages({ ...START, scheduledToProcess: null }), undefined)
  })
})

describe('the report of cold starts', () => {
  it('has each target with its median and stages, and compares block by block', () => {
    const report = toColdStartReport(toRaw(ALL))
    assert.deepEqual(report.invalidReasons, [])
    assert.deepEqual(
      report.columns.map(({ target, starts }) => [target, starts]),
      NAMES.map((name) => [name, 12]),
    )
    assert.deepEqual(report.columns[0]?.total, { value: 2005.5, lower: 2002, upper: 2009 })
    assert.equal(report.columns[0].stages?.container.value, 900)
    assert.deepEqual(
      report.comparisons.map(({ a, b, verdict }) => `${a} ${b} ${verdict}`),
      [
        'function container slower',
        'function container-on-kubeless slower',
        'stock-function container equivalent',
        'openfaas container equivalent',
      ],
    )
    assert.deepEqual([report.aa.a, report.aa.b, report.aa.verdict], [AA.a, AA.b, 'equivalent'])
  })

  it('leaves out what was dropped, and says how often and why', () => {
    const dropped = 'the image was not on the node'
    const starts = ALL.map((start) =>
      start.target === 'openfaas' && start.block < 3 ? { ...start, dropped } : start,
    )
    const { columns, comparisons, valid } = toColdStartReport(toRaw(starts))
    const column = columns.find(({ target }) => target === 'openfaas')
    assert.deepEqual([column?.starts, column?.dropped], [9, Array(3).fill(dropped)])
    assert.equal(comparisons.find(({ a }) => a === 'openfaas')?.blocks, 9)
    assert.ok(valid)
  })

  it('is INVALID by what was dropped where that is asked for', () => {
    const starts = ALL.map((start) =>
      start.target === 'openfaas' && start.block < 3
        ? { ...start, dropped: 'its pod was there before' }
        : start,
    )
    const plan = { samples: 12, seed: 1, strict: true }
    const { valid, invalidReasons } = toColdStartReport(toRaw(starts, { plan }))
    assert.equal(valid, false)
    assert.deepEqual(invalidReasons, [
      'openfaas: 3 of its starts cannot be used, the first as its pod was there before (--strict)',
    ])
    assert.ok(toColdStartReport(toRaw(ALL, { plan })).valid)
  })

  for (const [what, raw, reason] of [
    ['was interrupted', toRaw(ALL, { state: 'interrupted' }), /^the run was interrupted/],
    ['failed', toRaw(ALL, { state: 'failed', failures: ['its pod is gone'] }), /^its pod is gone$/],
    [
      'has targets that do not match',
      toRaw(ALL, {
        targets: NAMES.map((name) => ({
          ...toFacts(name),
          engine: name === 'function' ? 'wasm' : 'onnx',
        })),
      }),
      /^function has engine wasm, container has onnx$/,
    ],
    [
      'can use few of its starts',
      toRaw(ALL.filter(({ target, block }) => target !== 'function' || block < 5)),
      /^function: only 5 of 12 starts can be used$/,
    ],
  ] as const) {
    it(`is INVALID where the run ${what}`, () => {
      const { valid, invalidReasons } = toColdStartReport(raw)
      assert.equal(valid, false)
      assert.match(invalidReasons[0] ?? '', reason)
      assert.match(toColdStartMarkdown(toColdStartReport(raw)), /\*\*INVALID: no figure/)
    })
  }

  it('is made of a run that ended before anything was measured, too', async () => {
    const report = toColdStartReport(
      toRaw([], { targets: [], state: 'failed', failures: ['nothing there'] }),
    )
    assert.deepEqual(report.columns, [])
    assert.match(toColdStartMarkdown(report), /nothing there/)
    assert.match(await toColdStartPlot(report), /^<svg /)
  })

  it('prints every target and stage, and draws them', async () => {
    const report = toColdStartReport(toRaw(ALL))
    const text = toColdStartMarkdown(report)
    for (const name of NAMES) assert.match(text, new RegExp(`^\\| ${name} +\\| +12 `, 'm'))
    assert.match(text, /^\| function +\| +12 \| +0 \| +3006 \(3002–3009\) \|/m)
    const plot = await toColdStartPlot(report)
    assert.match(plot, /aria-label="Median cold start: container 2006 ms, function 3006 ms, /)
    assert.equal(plot.match(/<rect /g)?.length, NAMES.length * STAGES.length)
  })
})
