import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { validateReport } from '../../bench/report/schema'
import { toSweepRates } from '../../bench/sweep'
import { useFakeHost } from '../helpers/fake-host'
import { measureInto, useFolders } from '../helpers/measured'

describe('a run of the open loop', () => {
  const host = useFakeHost()
  const newFolder = useFolders()

  for (const [arrivals, words] of [
    ['constant', 'even times (with the same gap between any two'],
    [undefined, 'random times (a Poisson process'],
  ] as const) {
    it(`offers each target the same requests, and says when they came (${arrivals ?? 'Poisson'})`, async () => {
      const [a, b] = [await host().open(), await host().open()]
      const openLoop = { rates: [20], duration: 1000, ...(arrivals && { arrivals }) }
      const trialSize = { duration: 1000 }
      const folder = await newFolder()
      const { raw, report } = await measureInto(folder, {
        ...{ a: a.baseUrl, b: b.baseUrl },
        plan: { concurrency: [], openLoop, trialSize, formats: ['json', 'markdown'] },
      })
      validateReport(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')))
      assert.equal(report.openLoop?.length, 3)
      const plans = raw.trials.map(({ observations }) => observations.map(({ sentAt }) => sentAt))
      assert.equal(plans.length, 6)
      if (arrivals === 'constant') {
        for (const plan of plans)
          assert.deepEqual(
            plan,
            Array.from({ length: 20 }, (_, i) => i * 50),
          )
      }
      for (const block of [0, 1]) {
        const own = raw.trials.flatMap((trial, index) =>
          trial.block === block ? [plans[index]] : [],
        )
        for (const plan of own) assert.deepEqual(plan, own[0])
      }
      for (const { observations } of raw.trials) {
        assert.ok(observations.every(({ outcome, lag }) => outcome === 'right' && lag !== null))
      }
      const markdown = await readFile(join(folder, 'report.md'), 'utf8')
      assert.ok(markdown.includes(words))
    })
  }

  it('that sweeps offers rates about what the warm-up told, and tells what each target kept', async () => {
    const [a, b] = [await host().open({ delay: 60 }), await host().open({ delay: 60 })]
    const objective = { share: 0.5, within: 10_000 }
    const openLoop = { rates: [], duration: 300, sweep: true, objective }
    const { raw, report, progress } = await measureInto(await newFolder(), {
      ...{ a: a.baseUrl, b: b.baseUrl },
      plan: { blocks: 1, concurrency: [], openLoop, trialSize: { duration: 300 } },
    })
    const { rates } = raw.run.plan.openLoop!
    assert.equal(rates.length, 9)
    assert.deepEqual(rates, toSweepRates(raw.run.warmUps))
    assert.match(progress, new RegExp(`offering ${rates.join(', ')} requests a second`))
    for (const name of ['a', 'b', 'b again']) {
      const own = raw.trials.filter(({ target }) => target === name)
      const measured = new Set(own.map(({ rate }) => rate))
      assert.deepEqual(
        [...measured].sort((one, other) => one! - other!),
        rates,
      )
    }
    assert.deepEqual(
      report.capacities?.map(({ target, objective: kept }) => [target, kept?.rates.length]),
      ['a', 'b', 'b again'].map((name) => [name, 9]),
    )
  })
})
