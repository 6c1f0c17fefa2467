import assert from 'node:assert/strict'
import { toReport } from '../../../bench/report/json'
import { toFacts, toRawRun } from '../../helpers/raw-run'

const TRIAL = { target: 'a', times: [500, 500] }
const CLUSTER = { name: 'kubeless', kubernetes: 'v1.21.14', nodes: [] }

const toUse = (seconds: readonly (number | null)[]) =>
  toReport(
    toRawRun({
      run: { targets: [toFacts('a')], clusters: [CLUSTER] },
      trials: seconds.map((value, block) => ({
        ...TRIAL,
        block,
        clusterCpuSeconds: { kubeless: value },
      })),
    }),
  ).report.clusterUse

describe('the use of clusters', () => {
  it('is CPU seconds a second of the closed loop', () => {
    assert.deepEqual(toUse([0.5, 1]), [
      { cluster: 'kubeless', target: 'a', concurrency: 1, cores: 0.75 },
    ])
  })

  it('is not known where a kubelet did not say', () => {
    assert.deepEqual(
      toUse([0.5, null])?.map(({ cores }) => cores),
      [null],
    )
  })

  it('is not told where there are no clusters', () => {
    const { report } = toReport(
      toRawRun({ run: { targets: [toFacts('a')] }, trials: [{ ...TRIAL }] }),
    )
    assert.ok(!('clusters' in report) && !('clusterUse' in report))
  })
})
