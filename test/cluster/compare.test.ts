import assert from 'node:assert/strict'
import { join } from 'node:path'
import { COMPARED } from '../../bench/clusters/compared'
import type { TargetFacts } from '../../bench/run'
import type { Report } from '../../bench/report/report'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { bench, toClusterArgs } from './helpers/bench'
import { listLeft } from './helpers/list-left'
import { MEASURE_TIMEOUT_MS, readMeasured } from './helpers/measured'
import { useNamespace } from './helpers/namespace'
import { run } from './helpers/run'

const ROOT = join(__dirname, '../..')
const SMALL = ['--blocks', '2', '--requests', '20', '--concurrency', '1,4']

describe('npm run compare on two clusters', function () {
  this.timeout(MEASURE_TIMEOUT_MS)
  const onKubeless = useNamespace('kubeless', 'photo-compare-test')
  const onKubernetes = useNamespace('kubernetes', 'photo-compare-test')
  const folder = useTemporaryFolder()

  const compare = (...args: readonly string[]) => bench('main.ts', ...args)
  const toClusters = () => toClusterArgs(onKubeless(), onKubernetes())

  it('says what is missing where nothing is deployed', async () => {
    const { code, stdout, stderr } = await compare(
      ...toClusters(),
      ...SMALL,
      '--out',
      join(folder(), 'none'),
    )
    assert.equal(code, 2, stdout + stderr)
    assert.match(
      stdout.replace(/\s+/g, ' '),
      /container: there is no Service photo-twin-compared in photo-compare-test of cluster kubernetes: --deploy makes it/,
    )
  })

  it('deploys the twins, sees that they match, and measures them alike', async () => {
    const out = join(folder(), 'run')
    const args = ['--deploy', '--model', 'photo-net', '--engine', 'onnx', '--out', out]
    const ended = await compare(...toClusters(), ...SMALL, ...args)
    const report = await readMeasured<Report>(ended, out)
    assert.deepEqual(
      report.targets.map(({ name }) => name),
      COMPARED.map(({ name }) => name),
    )
    for (const target of report.targets) assertTold(target)
    const all = report.conditions
    assert.equal(all.length, COMPARED.length * 2)
    assert.ok(
      all.every(({ errors, cpuMsPerRequest }) => errors === 0 && (cpuMsPerRequest ?? 0) > 0),
    )
    assert.deepEqual(
      report.clusters?.map(({ name, kubernetes, nodes }) => [name, kubernetes, nodes.length]),
      [
        ['kubeless', 'v1.21.14', 1],
        ['kubernetes', 'v1.21.14', 1],
      ],
    )
    assertUsed(report)
    assertShims(report)
  })

  it('compares what is deployed as it is, with new pods in every block, under the open loop', async () => {
    const before = await listPods()
    const out = join(folder(), 'again')
    const ended = await compare(
      ...toClusters(),
      ...['--workload', 'poisson:5', '--duration', '2', '--blocks', '2', '--fresh', '--out', out],
    )
    const report = await readMeasured<Report>(ended, out)
    assert.deepEqual(
      report.openLoop?.map(({ target, errors, blocks }) => [target, errors, blocks]),
      COMPARED.map(({ name }) => [name, 0, 2]),
    )
    const after = await listPods()
    assert.equal(after.length, COMPARED.length)
    assert.deepEqual(
      after.filter((uid) => before.includes(uid)),
      [],
    )
  })

  /** By their ids. */
  async function listPods(): Promise<readonly string[]> {
    const ids = await Promise.all(
      [onKubeless(), onKubernetes()].map(({ kubectl }) =>
        kubectl('get', 'pods', '--output', 'jsonpath={.items[*].metadata.uid}'),
      ),
    )
    return ids.flatMap((text) => text.split(' '))
  }

  it('refuses more than one pod behind a Service, whose CPU it could not tell', async () => {
    await onKubernetes().kubectl('scale', 'deployment/photo-twin-compared', '--replicas', '2')
    await onKubernetes().kubectl('rollout', 'status', 'deployment/photo-twin-compared')
    const { code, stdout } = await compare(
      ...toClusters(),
      ...SMALL,
      '--out',
      join(folder(), 'two'),
    )
    assert.equal(code, 2)
    assert.match(
      stdout,
      /container: one pod has to be ready behind photo-twin-compared .* of 2 2 are/,
    )
  })

  it('leaves nothing where it is removed', async () => {
    const { code, stdout, stderr } = await run(
      join(ROOT, 'node_modules/.bin/serverless'),
      ['remove', '--config', 'comparison.yml'],
      { cwd: join(ROOT, 'functions/kubeless'), env: { KUBECONFIG: onKubeless().kubeconfig } },
    )
    assert.equal(code, 0, stdout + stderr)
    const left = await listLeft(onKubeless())
    assert.ok(
      left.every((name) => name.includes('photo-twin-compared')),
      left.join(),
    )
  })

  function assertTold(target: TargetFacts): void {
    const { name, limits, requests, model, engine, node, workers, reachedBy, cpuWitness } = target
    assert.deepEqual([limits?.cpus.value, limits?.memoryBytes.value], [2, 2 ** 30], name)
    assert.deepEqual(requests, { cpus: 0.25, memoryBytes: 2 ** 28 }, name)
    assert.deepEqual([model?.name, workers], ['photo-net', 2], name)
    for (const [text, words] of [
      [engine, /^onnx/],
      [node, /^v\d+\./],
      [reachedBy, /NodePort/],
      [cpuWitness, /kubelet/],
    ] as const) {
      assert.match(text ?? '', words, name)
    }
  }

  /** ROUTED_PODS names the cluster whose pods can be reached from here; of two that have the same addresses it is one. */
  function assertShims({ shims = [], aa }: Report): void {
    const facts = new Map(COMPARED.map((compared) => [compared.name, compared]))
    const names = COMPARED.map(({ name }) => name).filter((name) => name !== aa[0]?.a)
    assert.deepEqual(
      shims.map(({ target, blocks }) => [target, blocks]),
      names.map((name) => [name, 2]),
    )
    for (const { target, waiting, shim, hop, remainder } of shims) {
      const values = [shim, remainder].map((part) => part?.value ?? Number.NaN)
      const isRouted = facts.get(target)?.cluster === process.env['ROUTED_PODS']
      assert.equal(hop !== null, isRouted, target)
      if (hop !== null) values.push(hop.value ?? Number.NaN)
      const sum = values.reduce((total, value) => total + value, 0)
      assert.ok(
        Math.abs(sum - (waiting?.value ?? Number.NaN)) < 1e-9,
        `${target}: ${values.join()}`,
      )
    }
  }

  /** Of clusters and of targets, the latter as the kubelet counts it as well. */
  function assertUsed({ clusters = [], cpuChecks = [] }: Report): void {
    for (const { name, cores, usedMemoryBytes } of clusters) {
      const values = [cores.idle, cores.measuring, usedMemoryBytes?.idle, usedMemoryBytes?.end]
      assert.ok(
        values.every((value) => typeof value === 'number' && value > 0),
        `${name}: ${values.join()}`,
      )
    }
    assert.deepEqual(
      cpuChecks.map(({ target }) => target),
      COMPARED.map(({ name }) => name),
    )
    for (const { target, cpuSeconds, lateCpuSeconds } of cpuChecks) {
      const apart = (lateCpuSeconds ?? 0) / (cpuSeconds ?? 0)
      assert.ok(apart > 0.7 && apart < 1.5, `${target}: ${cpuSeconds} and ${lateCpuSeconds} s`)
    }
  }
})
