import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { validateReport } from '../../bench/report/schema'
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
})
