import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { METRICS } from '../../bench/report/report'
import type { Comparison, Report } from '../../bench/report/report'
import { MINIMUM_BLOCKS } from '../../bench/statistics/comparison'

const ROOT = join(__dirname, '..', '..')

/** Every comparison of a target with itself that a committed run has, and that could have raised an alarm. */
const COMPARED = ['results/compare', 'results/clusters']
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(ROOT, folder, name)))
  .map((folder) => join(folder, 'report.json'))
  .filter((file) => existsSync(file))
  .flatMap((file) => {
    const { aa } = JSON.parse(readFileSync(file, 'utf8')) as { readonly aa?: Report['aa'] | object }
    // Those of cold starts are no list.
    return Array.isArray(aa) ? (aa as readonly Comparison[]) : []
  })
  .filter(({ ratio, blocks }) => ratio !== null && blocks >= MINIMUM_BLOCKS)

const isAlarm = ({ verdict }: Comparison): boolean => verdict === 'slower' || verdict === 'faster'

describe('a target compared with itself in real runs', () => {
  it('is told apart from itself in at most 1 of 20 comparisons', () => {
    for (const metric of METRICS) {
      const own = COMPARED.filter((comparison) => comparison.metric === metric)
      assert.ok(own.length >= 20, `${metric}: ${own.length} comparisons`)
    }
    // Not of each metric: of 20 comparisons two alarms are no surprise.
    const alarms = COMPARED.filter(isAlarm)
    assert.ok(alarms.length <= COMPARED.length / 20, `${alarms.length} of ${COMPARED.length}`)
  })
})
