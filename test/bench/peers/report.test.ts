import assert from 'node:assert/strict'
import { toPeersMarkdown } from '../../../bench/peers/markdown'
import { toPeersPlot } from '../../../bench/peers/plot'
import { toPeersReport } from '../../../bench/peers/report'
import type { Contestant, PeersRun, PeerTrial, RawPeers } from '../../../bench/peers/run'
import { toPeersText } from '../../../bench/peers/text'
import { ENVIRONMENT } from '../../helpers/raw-run'

const CONTESTANTS = ['photo-twin', 'flask'].map((peer): Contestant => ({
  ...{ peer, title: `the ${peer}`, version: '1.2.3', workers: 2, packages: [] },
  modelSha256: '0'.repeat(64),
}))

/** In `block` ours takes 2 ms, flask 3 and then 6, and answers half as many. */
const toTrial = (peer: string, block: number): PeerTrial => {
  const isOurs = peer === 'photo-twin'
  return {
    ...{ peer, workers: 2, block, order: isOurs ? 0 : 1, concurrency: 5, messages: [] },
    warmUp: { requests: 300, steady: true },
    ...{ outcomes: { right: 40 }, duration: isOurs ? 100 : 200, generatorCpuSeconds: 0.01 },
    cpuSeconds: 0.04 * (isOurs ? 2 : 3 * (block + 1)),
    responseTimes: Array.from({ length: 40 }, (_, at) => at + 1),
    pssBytes: 2 ** 20 * (isOurs ? 100 : 200),
    startToFirstAnswer: isOurs ? 400 : 900,
  }
}

const TRIALS = [0, 1].flatMap((block) => CONTESTANTS.map(({ peer }) => toTrial(peer, block)))

const toRaw = (rows: readonly PeerTrial[], run: Partial<PeersRun> = {}): RawPeers => ({
  run: {
    ...{ kind: 'peers', version: 1, contestants: CONTESTANTS, unavailable: [] },
    plan: {
      ...{ seed: 1, model: 'photo-net', blocks: 2, concurrency: [5], requests: 40 },
      ...{ photos: [{ sha256: 'a', bytes: 3 }], photoSource: 'rendered' },
    },
    ...{ limits: null, cpuSource: 'cgroup', memorySource: '/proc' },
    ...{ failures: [], state: 'completed' },
    ...run,
  },
  environment: ENVIRONMENT,
  rows,
})

describe('the report of peers', () => {
  it('tells the version of what a peer is named after', () => {
    const packages = ['fastapi==0.1', 'Flask==3.1.3', 'flask-cors==9']
    const contestants = CONTESTANTS.map((each) =>
      each.peer === 'flask' ? { ...each, packages } : each,
    )
    const report = toPeersReport(toRaw(TRIALS, { contestants }))
    assert.deepEqual(
      report.rows.map(({ version }) => version),
      ['1.2.3', '3.1.3'],
    )
    assert.match(toPeersMarkdown(report), /the flask[^\n]*3\.1\.3/)
  })

  it('has a row for each and concurrency, with ratios to ours block by block', () => {
    const { valid, rows } = toPeersReport(toRaw(TRIALS))
    assert.equal(valid, true)
    const [ours, flask] = rows
    assert.deepEqual(
      { ...flask, ratioToOurs: null, throughputToOurs: null },
      {
        ...{ peer: 'flask', version: '1.2.3', workers: 2, concurrency: 5 },
        ...{ cpuMsPerRequest: 4.5, generatorCpuMsPerRequest: 0.25, throughput: 200 },
        ...{ p50: 40 / 2, p90: 36, p99: null },
        ...{ pssBytes: 200 * 2 ** 20, startToFirstAnswerMs: 900 },
        ...{ ratioToOurs: null, throughputToOurs: null },
      },
    )
    // The geometric mean of 3 / 2 and 6 / 2; of two blocks Student's t reaches far.
    const { value, lower, upper } = flask!.ratioToOurs!
    assert.ok(Math.abs(value - Math.sqrt(1.5 * 3)) < 1e-12)
    assert.ok(lower < 0.1 && upper > 100)
    assert.equal(flask!.throughputToOurs!.value, 0.5)
    assert.equal(ours!.ratioToOurs!.value, 1)
  })

  it('tells no p90 and p99 of too few requests', () => {
    const { rows } = toPeersReport(toRaw(TRIALS.filter(({ block }) => block === 0)))
    assert.deepEqual([rows[0]!.p50, rows[0]!.p90, rows[0]!.ratioToOurs], [20, null, null])
  })

  it('is INVALID where a request has no right answer, nobody but ours is there, or it failed', () => {
    const bad = { ...TRIALS[1]!, outcomes: { right: 39, status: 1 }, messages: ['500: broken'] }
    const reasonsOf = (raw: RawPeers) => toPeersReport(raw).invalidReasons
    assert.deepEqual(reasonsOf(toRaw([TRIALS[0]!, bad])), [
      '1 trials have requests without a right answer, the first of flask: 500: broken',
    ])
    const unavailable = [{ peer: 'flask', reason: 'there is no python3' }]
    assert.deepEqual(reasonsOf(toRaw([], { contestants: CONTESTANTS.slice(0, 1), unavailable })), [
      'no peer could be measured: there is no python3',
    ])
    assert.deepEqual(reasonsOf(toRaw(TRIALS, { state: 'interrupted' })), [
      'the run was interrupted before its end',
    ])
  })

  it('warns of those that were not steady when they were measured', () => {
    const [first, second, ...others] = TRIALS
    const unsteady = { ...second!, warmUp: { requests: 600, steady: false } }
    assert.deepEqual(toPeersReport(toRaw(TRIALS)).warnings, [])
    const report = toPeersReport(toRaw([first!, unsteady, ...others]))
    assert.deepEqual(report.warnings, ['flask, 2: not steady after its warm-up in 1 of 2 blocks'])
    assert.match(toPeersMarkdown(report), /^- Warning: flask, 2: not steady/m)
    assert.equal(report.valid, true)
  })

  it('says the same in Markdown, as a picture and to a terminal', async () => {
    const unavailable = [{ peer: 'bentoml', reason: 'no wheel <for> this machine' }]
    const report = toPeersReport(toRaw(TRIALS, { unavailable }))
    const markdown = toPeersMarkdown(report)
    assert.match(markdown, /\*\*VALID\*\*/)
    assert.match(markdown, /flask, 2 .*4\.50.*2\.12.*200.*0\.500/)
    assert.match(markdown, /bentoml .*no wheel/)
    const plot = await toPeersPlot(report)
    assert.match(plot, /aria-label="[^"]*flask, 2: 4\.50 CPU ms a request, 5 connections/)
    const text = toPeersText(report, 'a/folder')
    assert.match(text, /^flask \(2\): 4\.50 CPU ms a request, 2\.12 of ours, 200 a second$/m)
    assert.match(text, /^bentoml: unavailable: no wheel/m)
  })
})
