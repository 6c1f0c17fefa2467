import assert from 'node:assert/strict'
import type { AutoscalingReport } from '../../bench/autoscaling/report'
import { SCALED } from '../../bench/autoscaling/scaled'
import { MEASURE_TIMEOUT_MS, readMeasured } from './helpers/measured'
import { assertRebuilt, useRowRun } from './helpers/row-run'

describe('npm run autoscaling on two clusters', function () {
  this.timeout(MEASURE_TIMEOUT_MS)
  const { out, measure } = useRowRun('autoscaling')

  it('scales both twins up under load and down again, and loses no answer', async () => {
    const ended = await measure(
      // Enough for two pods, and less than one of half a CPU bears until the second is there.
      ...['--profile', 'short', '--base', '2', '--peak', '80'],
    )
    const report = await readMeasured<AutoscalingReport>(ended, out())
    assert.deepEqual(
      report.columns.map(({ target }) => target),
      SCALED.map(({ name }) => name),
    )
    for (const { target, mostPods, changes, requests, failed } of report.columns) {
      assert.ok(mostPods > 1, `${target}: ${mostPods} pods`)
      assert.ok(
        changes.some(({ from, to, readyAt }) => to > from && readyAt !== null),
        `${target}: ${JSON.stringify(changes)}`,
      )
      assert.ok(
        changes.some(({ from, to }) => to < from),
        `${target}: ${JSON.stringify(changes)}`,
      )
      assert.ok(requests > 1000)
      // A full queue may refuse, but nothing is lost.
      assert.deepEqual({ ...failed, refused: undefined }, { refused: undefined }, target)
    }
    for (const autoscaler of report.autoscalers) {
      const { minReplicas, maxReplicas, targetUtilization, requestedCores, limitCores } = autoscaler
      assert.deepEqual(
        [minReplicas, maxReplicas, targetUtilization, requestedCores, limitCores],
        [1, 4, 80, 0.25, 0.5],
      )
    }
  })

  it('makes its report again of the raw rows, the same to the byte', async () => {
    await assertRebuilt(out())
  })
})
