import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { COMPARED } from '../../bench/clusters/compared'
import { STAGES } from '../../bench/cold-start/cold-start'
import type { ColdStart } from '../../bench/cold-start/cold-start'
import type { ColdStartReport } from '../../bench/cold-start/report'
import { MEASURE_TIMEOUT_MS, readMeasured } from './helpers/measured'
import { assertRebuilt, useRowRun } from './helpers/row-run'

const SAMPLES = 2

describe('npm run cold-start on two clusters', function () {
  this.timeout(MEASURE_TIMEOUT_MS)
  const { namespaces, out, measure } = useRowRun('cold-start')

  it('starts every twin from nothing, each time a new pod, and splits the time', async () => {
    const ended = await measure('--samples', String(SAMPLES))
    const report = await readMeasured<ColdStartReport>(ended, out())
    const text = await readFile(join(out(), 'cold-starts.ndjson'), 'utf8')
    const starts = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ColdStart)
    assert.equal(starts.length, COMPARED.length * SAMPLES)
    assert.equal(new Set(starts.map(({ uid }) => uid)).size, starts.length)
    for (const { target, isLoadedAtFirstCall, dropped } of starts) {
      assert.equal(isLoadedAtFirstCall, target === 'stock-function')
      assert.equal(dropped, undefined)
    }
    for (const { target, stages } of report.columns) {
      for (const stage of STAGES) {
        assert.ok((stages?.[stage].value ?? 0) > 0, `${target}: ${JSON.stringify(stages)}`)
      }
    }
  })

  it('makes its report again of the raw rows, the same to the byte', async () => {
    await assertRebuilt(out())
  })

  it('leaves every twin with one pod', async () => {
    for (const { kubectl } of namespaces()) {
      const replicas = await kubectl(
        ...['get', 'deployments', '--output', 'jsonpath={.items[*].spec.replicas}'],
      )
      assert.match(replicas, /^1( 1)*$/)
    }
  })
})
