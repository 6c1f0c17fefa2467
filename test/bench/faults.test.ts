import assert from 'node:assert/strict'
import type { Outcome } from '../../bench/run'
import { useFakeHost } from '../helpers/fake-host'
import { toFakePhotos } from '../helpers/fake-photos'
import { toDurations } from '../helpers/fake-target'
import type { Fault } from '../helpers/fake-target'
import { createTurns } from '../helpers/harness-process'
import { measureInto, useFolders } from '../helpers/measured'
import { countTrials } from '../helpers/run-files'
import { until } from './targets/until'

const PHOTOS = 4
/** Each target is asked once whether it can be asked for no work; the fake ones answer as to any photo. */
const PROBES = 1

describe('a run', () => {
  const host = useFakeHost()
  const newFolder = useFolders()

  describe('of two that answer right', () => {
    it('is valid, with every request of the plan in its rows', async () => {
      const [a, b] = [await host().open({ delay: 2 }), await host().open({ delay: 2 })]
      const plan = {
        concurrency: [1, 3],
        blocks: 3,
        groupRepetitions: 2,
        sequenceRequests: 5,
        trialSize: { requests: 12, perConnection: 6 },
      }
      const { raw, report } = await measureInto(await newFolder(), {
        a: a.baseUrl,
        b: b.baseUrl,
        plan,
      })
      assert.deepEqual([report.valid, report.invalidReasons], [true, []])
      assert.equal(raw.run.state, 'completed')
      // The paper's part is measured of two targets, the closed loop of three: b twice.
      const requests = raw.trials.map(({ target, requests }) => [target, requests] as const)
      const sent = (...names: string[]): number =>
        requests.reduce((sum, [name, count]) => (names.includes(name) ? sum + count : sum), 0)
      const ofPaper = 5 + 2 * (1 + 3)
      const ofClosedLoop = 3 * (12 + 3 * 6)
      assert.equal(sent('a'), ofPaper + ofClosedLoop)
      assert.equal(sent('b'), ofPaper + ofClosedLoop)
      assert.equal(sent('b again'), ofClosedLoop)
      const warmUps = (...names: string[]): number =>
        raw.run.warmUps
          .filter(({ target }) => names.includes(target))
          .reduce((sum, warmUp) => sum + warmUp.requests, 0)
      assert.equal((await a.readRecord()).requests, PHOTOS + PROBES + warmUps('a') + sent('a'))
      assert.equal(
        (await b.readRecord()).requests,
        PHOTOS + PROBES + warmUps('b', 'b again') + sent('b', 'b again'),
      )
      assert.ok(raw.trials.every(({ observations, requests }) => observations.length === requests))
    })

    it('has no decomposition where nobody tells Server-Timing, and says so', async () => {
      const [a, b] = [await host().open(), await host().open()]
      const { report } = await measureInto(await newFolder(), { a: a.baseUrl, b: b.baseUrl })
      assert.ok(report.valid)
      for (const condition of report.conditions) {
        const { predictionTime, decodeTime, queueTime, waitingTime } = condition
        for (const { mean, p50 } of [predictionTime, decodeTime, queueTime, waitingTime]) {
          const none = { value: null, lower: null, upper: null, reason: 'no Server-Timing' }
          assert.deepEqual([mean, p50], [none, none])
        }
        assert.ok(condition.responseTime.p50.value !== null)
      }
      const ofPrediction = report.comparisons.filter(({ metric }) => /prediction|wait/.test(metric))
      assert.ok(ofPrediction.length > 0)
      for (const { ratio, reason } of ofPrediction) {
        assert.deepEqual([ratio, reason], [null, 'no such time was told'])
      }
    })

    it('joins prediction times to their requests', async () => {
      const photos = toFakePhotos(24)
      const behaviour = { spread: 10, serverTiming: true }
      const [a, b] = [await host().open(behaviour), await host().open(behaviour)]
      const { raw } = await measureInto(await newFolder(), {
        a: a.baseUrl,
        b: b.baseUrl,
        photos,
        plan: { concurrency: [8], trialSize: { requests: 24 }, groupRepetitions: 1 },
      })
      for (const { observations } of raw.trials) {
        for (const { photo, predictionTime } of observations) {
          assert.equal(predictionTime, toDurations(photos[photo]!.bytes)['predict'])
        }
      }
    })

    it('ends by itself where trials last a time, with all that was sent', async () => {
      const [a, b] = [await host().open({ delay: 5 }), await host().open({ delay: 5 })]
      const { raw, report } = await measureInto(await newFolder(), {
        a: a.baseUrl,
        b: b.baseUrl,
        plan: { trialSize: { duration: 150 }, concurrency: [3] },
      })
      assert.ok(report.valid)
      const rows = raw.trials.reduce((sum, { observations }) => sum + observations.length, 0)
      const warmUps = raw.run.warmUps.reduce((sum, { requests }) => sum + requests, 0)
      const served = (await a.readRecord()).requests + (await b.readRecord()).requests
      assert.equal(served, 2 * (PHOTOS + PROBES) + warmUps + rows)
    })
  })

  describe('with a target that fails every tenth request is INVALID:', () => {
    const FAULTS: readonly (readonly [Fault, Outcome, RegExp])[] = [
      ['status 500', 'status', /were answered with an error, for instance: 500: /],
      ['HTML page', 'garbage', /no prediction, for instance: .*It works!/],
      ['truncated JSON', 'garbage', /no prediction, for instance: /],
      ['other label', 'wrong', /another prediction than without load, for instance: /],
      ['probability off by 0.01', 'wrong', /another prediction than without load/],
      ['closed connection', 'unanswered', /not answered, .*: the connection was closed/],
      ['reset connection', 'unanswered', /not answered, for instance: .*ECONNRESET/],
      ['hang', 'timed-out', /not answered in time, for instance: request timed out/],
    ]
    for (const [fault, outcome, reason] of FAULTS) {
      it(fault, async () => {
        // Those that hang take the time limit each.
        const every = fault === 'hang' ? 40 : 10
        const a = await host().open({ fault, every, after: PHOTOS, delay: 5, faultDelay: 5 })
        const b = await host().open({ delay: 5 })
        const { raw, report } = await measureInto(await newFolder(), {
          a: a.baseUrl,
          b: b.baseUrl,
          plan: { concurrency: [4], trialSize: { requests: 80 }, blocks: 1 },
          timeLimit: 250,
        })
        const warmUp = raw.run.warmUps.find(({ target }) => target === 'a')?.requests ?? 0
        const { requests } = await a.readRecord()
        assert.equal(requests, PHOTOS + PROBES + warmUp + 80)
        // Those that met the fault after the warm-up.
        const before = warmUp + PROBES
        const errors = Math.floor((requests - PHOTOS) / every) - Math.floor(before / every)
        assert.equal(report.valid, false)
        assert.equal(report.invalidReasons.length, 1)
        assert.match(
          report.invalidReasons[0] ?? '',
          new RegExp(`^a: ${errors} of 80 requests were`),
        )
        assert.match(report.invalidReasons[0] ?? '', reason)
        const [condition] = report.conditions
        assert.deepEqual([condition?.requests, condition?.errors], [80, errors])
        const rows = raw.trials.flatMap(({ observations }) => observations)
        assert.equal(rows.filter((row) => row.outcome === outcome).length, errors)
        assert.equal(rows.filter((row) => row.outcome === 'right').length, rows.length - errors)
        assert.equal(raw.run.state, 'completed')
      })
    }
  })

  describe('ends early, INVALID, with what was measured until then,', () => {
    const takeTurn = createTurns(4)
    /** Some at a time, as they wait a lot. */
    function inTurn(title: string, test: () => Promise<void>): void {
      let running: Promise<void> | undefined
      before(() => {
        running = takeTurn(test)
        running.catch(() => undefined)
      })
      it(title, async () => {
        await running
      })
    }

    const LONG = { blocks: 1000, trialSize: { requests: 30 } }

    inTurn('where a target hangs at the first photo', async () => {
      const [a, b] = [await host().open({ fault: 'hang' }), await host().open()]
      const { raw, report } = await measureInto(await newFolder(), {
        a: a.baseUrl,
        b: b.baseUrl,
        timeLimit: 100,
      })
      assert.deepEqual(report.invalidReasons, [
        'a, without load, photo 1 of 4: no answer within 0.1 s',
      ])
      assert.equal(raw.run.state, 'failed')
      assert.deepEqual(raw.trials, [])
    })

    inTurn('where a target hangs at all requests of its warm-up', async () => {
      const [a, b] = [await host().open(), await host().open({ fault: 'hang', after: PHOTOS })]
      const { raw, report } = await measureInto(await newFolder(), {
        a: a.baseUrl,
        b: b.baseUrl,
        timeLimit: 1000,
      })
      assert.deepEqual(report.invalidReasons, ['b answered none of the 1 requests of its warm-up'])
      assert.equal(raw.run.warmUps.at(-1)?.target, 'b')
    })

    for (const [fault, message] of [
      ['hang', 'request timed out'],
      ['HTML page', 'It works!'],
      ['closed connection', 'the connection was closed'],
    ] as const) {
      inTurn(`where from one request on a target does nothing else: ${fault}`, async () => {
        const [a, b] = [await host().open(), await host().open()]
        const folder = await newFolder()
        const running = measureInto(folder, {
          a: a.baseUrl,
          b: b.baseUrl,
          plan: LONG,
          timeLimit: 1000,
        })
        await until('it is under way', async () => (await countTrials(folder)) >= 3)
        await b.behave({ fault })
        const { raw, report } = await running
        const [reason = '', ...more] = report.invalidReasons
        assert.match(reason, /^b( again)? answered none of \d+ requests right \(closed-loop, 1 at/)
        assert.ok(reason.includes(message), reason)
        // Its last trial, and perhaps the end of the one before.
        assert.ok(more.length >= 1 && more.length <= 2, more.join('\n'))
        assert.equal(raw.run.state, 'failed')
        assert.ok(raw.trials.length >= 3)
        assert.ok(report.conditions.length >= 2)
      })
    }

    inTurn('where one predicts another label than the other', async () => {
      const [a, b] = [await host().open(), await host().open({ fault: 'other label', every: 2 })]
      const { raw, report } = await measureInto(await newFolder(), {
        a: a.baseUrl,
        b: b.baseUrl,
      })
      const [reason = '', ...more] = report.invalidReasons
      assert.match(
        reason,
        /^a and b predict 2 of 4 photos differently .*: photo 2 is \w+ \(0\.\d+\)/,
      )
      assert.deepEqual(more, [])
      assert.deepEqual([raw.trials, raw.run.answers.length], [[], 3])
    })

    inTurn('where a probability is not that of the other', async () => {
      const fault = 'probability off by 0.01'
      const [a, b] = [await host().open({ fault }), await host().open()]
      const { report } = await measureInto(await newFolder(), { a: a.baseUrl, b: b.baseUrl })
      assert.match(report.invalidReasons[0] ?? '', /^a and b predict 4 of 4 photos differently/)
    })

    inTurn('where nothing listens', async () => {
      const [a, b] = [await host().open(), await host().open()]
      await b.close()
      const { raw, report } = await measureInto(await newFolder(), {
        a: a.baseUrl,
        b: b.baseUrl,
      })
      assert.match(report.invalidReasons[0] ?? '', /^b: nothing answers at its address \(ECONNREF/)
      assert.equal(raw.run.state, 'failed')
    })

    inTurn('where it is interrupted', async () => {
      const [a, b] = [await host().open(), await host().open()]
      const interrupt = new AbortController()
      const folder = await newFolder()
      const running = measureInto(folder, {
        a: a.baseUrl,
        b: b.baseUrl,
        plan: LONG,
        signal: interrupt.signal,
      })
      await until('it is under way', async () => (await countTrials(folder)) >= 3)
      await b.behave({ fault: 'hang' })
      await until('it hangs', async () => (await b.readRecord()).faults > 0)
      interrupt.abort(new Error('interrupted'))
      const { raw, report } = await running
      assert.deepEqual(report.invalidReasons, ['the run was interrupted before its end'])
      assert.equal(raw.run.state, 'interrupted')
      assert.ok(raw.trials.length >= 3)
      // What was stopped midway is no trial.
      assert.ok(raw.trials.every(({ outcomes, requests }) => outcomes.right === requests))
    })
  })

  it('warns of a target that does not get steady', async () => {
    // A window of the warm-up is slow, the next one is not: by more than a busy machine takes.
    const a = await host().open({ delay: 60, turns: 100 })
    const b = await host().open()
    const { raw, report } = await measureInto(await newFolder(), {
      a: a.baseUrl,
      b: b.baseUrl,
      plan: { concurrency: [20] },
    })
    const warmUp = raw.run.warmUps.find(({ target }) => target === 'a')
    assert.deepEqual([warmUp?.steady, warmUp?.requests], [false, 3000])
    assert.ok(report.valid)
    assert.ok(report.warnings.includes('a was not steady after 3000 requests of warm-up'))
  })
})
