import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AutoscalingReport } from '../../bench/autoscaling/report'
import type { ColdStartReport } from '../../bench/cold-start/report'
import type { Report } from '../../bench/report/report'

const ROOT = join(__dirname, '..', '..')

describe('the runs on clusters', () => {
  const read = (run: string): unknown =>
    JSON.parse(readFileSync(join(ROOT, 'results/clusters', run, 'report.json'), 'utf8'))

  for (const run of ['photo-net', 'paper-cnn', 'open-loop']) {
    it(`${run}: is valid, of what is committed, and no target took more than its gibibyte`, () => {
      const { valid, environment, ...report } = read(run) as Report
      assert.deepEqual([valid, environment.uncommitted], [true, false])
      const conditions = [...report.conditions, ...(report.openLoop ?? [])]
      assert.ok(conditions.length > 0)
      for (const { target, errors, peakMemoryBytes } of conditions) {
        assert.equal(errors, 0, target)
        assert.ok((peakMemoryBytes ?? Infinity) < 2 ** 30, target)
      }
    })
  }

  for (const run of ['photo-net', 'paper-cnn', 'open-loop']) {
    it(`${run}: left each node within its 2 GB`, () => {
      const { clusters = [] } = read(run) as Report
      assert.equal(clusters.length, 2)
      for (const { name, usedMemoryBytes } of clusters) {
        assert.ok((usedMemoryBytes?.end ?? Infinity) < 2e9, name)
      }
    })
  }

  it('leave the function with photo-net no more than 5 % slower than the container, at every level', () => {
    const { comparisons, plan } = read('photo-net') as Report
    const own = comparisons.filter(
      ({ a, b, metric }) => a === 'function' && b === 'container' && metric === 'responseTime.p50',
    )
    assert.deepEqual(
      own.map(({ concurrency }) => concurrency),
      plan.concurrency,
    )
    for (const { concurrency, upper } of own) {
      assert.ok((upper ?? Infinity) <= 1.05, `${concurrency} at once: ${upper}`)
    }
  })

  it('answer groups of twenty with paper-cnn within 200 ms on average, all of them', () => {
    const { paper, targets } = read('paper-cnn') as Report
    assert.ok(targets.every(({ model }) => model?.name === 'paper-cnn'))
    const groups = paper?.groups.filter(({ concurrency }) => concurrency === 20) ?? []
    assert.deepEqual(
      groups.map(({ target }) => target),
      ['container', 'function', 'stock-function', 'openfaas'],
    )
    for (const { target, mean, errors } of groups) {
      assert.equal(errors, 0, target)
      assert.ok((mean ?? Infinity) <= 200, `${target}: ${mean} ms`)
    }
  })

  it('cost the container no tenth more CPU than the same server outside of the cluster', () => {
    const { valid, environment, comparisons } = read('outside') as Report
    assert.deepEqual([valid, environment.uncommitted], [true, false])
    const cpu = comparisons.filter(({ metric }) => metric === 'cpuMsPerRequest')
    assert.deepEqual(
      cpu.map(({ a, b, concurrency }) => `${a}/${b} ${concurrency}`),
      [1, 5, 10, 20].map((concurrency) => `pod/outside ${concurrency}`),
    )
    // The interval's end.
    for (const { upper, concurrency } of cpu) assert.ok((upper ?? Infinity) <= 1.1, `${concurrency}`)
  })

  it('start function and container from nothing within three seconds, twenty times and more', () => {
    const { valid, environment, columns } = read('cold-start') as ColdStartReport
    assert.deepEqual([valid, environment.uncommitted], [true, false])
    for (const name of ['function', 'container', 'container-on-kubeless']) {
      const column = columns.find(({ target }) => target === name)
      assert.ok((column?.starts ?? 0) >= 20, name)
      // Its interval's end, from scaling on.
      assert.ok((column?.total?.upper ?? Infinity) <= 3000, name)
    }
  })

  it('bring both twins from one pod to four and back, with no request lost', () => {
    const { valid, environment, plan, ...report } = read('autoscaling') as AutoscalingReport
    assert.deepEqual([valid, environment.uncommitted], [true, false])
    assert.deepEqual(plan.stabilization, { scaleUp: 60, scaleDown: 600 })
    for (const { limitCores, targetUtilization, scaleDownWindow } of report.autoscalers) {
      assert.deepEqual([limitCores, targetUtilization, scaleDownWindow], [0.5, 80, 600])
    }
    assert.deepEqual(
      report.columns.map(({ target }) => target),
      ['container', 'function'],
    )
    for (const { target, requests, failed, mostPods, timeline } of report.columns) {
      assert.ok(requests > 40_000, target)
      assert.deepEqual([failed, mostPods], [{}, 4], target)
      const [first, last] = [timeline[0], timeline.at(-1)]
      assert.deepEqual([first?.ready, last?.ready], [1, 1], target)
    }
  })
})
