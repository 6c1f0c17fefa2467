import assert from 'node:assert/strict'
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { AutoscalingReport } from '../../bench/autoscaling/report'
import { SCALED } from '../../bench/autoscaling/scaled'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { useNamespace } from './helpers/namespace'
import { run } from './helpers/run'

const ROOT = join(__dirname, '../..')

describe('npm run autoscaling on two clusters', function () {
  this.timeout(500_000)
  const onKubeless = useNamespace('kubeless', 'photo-autoscaling-test')
  const onKubernetes = useNamespace('kubernetes', 'photo-autoscaling-test')
  const folder = useTemporaryFolder()

  const bench = (file: string, ...args: readonly string[]) =>
    run(process.execPath, ['--require', 'ts-node/register', file, ...args], { cwd: ROOT })

  it('scales both twins up under load and down again, and loses no answer', async () => {
    const out = join(folder(), 'run')
    const { code, stdout, stderr } = await bench(
      'bench/autoscaling/main.ts',
      ...['--kubeconfig', `kubeless=${onKubeless().kubeconfig}`],
      ...['--kubeconfig', `kubernetes=${onKubernetes().kubeconfig}`],
      // Enough for two pods, and less than one of half a CPU bears until the second is there.
      ...['--deploy', '--profile', 'short', '--base', '2', '--peak', '45', '--out', out],
    )
    assert.equal(code, 0, stdout + stderr)
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as AutoscalingReport
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
      assert.deepEqual({ ...failed, status: undefined }, { status: undefined }, target)
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
    const [one, again] = [join(folder(), 'run'), join(folder(), 'again')]
    await cp(one, again, { recursive: true })
    const names = ['report.json', 'report.md', 'report.svg']
    for (const name of names) await rm(join(again, name))
    const { code, stderr } = await bench('bench/report/main.ts', again)
    assert.equal(code, 0, stderr)
    for (const name of names) {
      assert.equal(
        await readFile(join(again, name), 'utf8'),
        await readFile(join(one, name), 'utf8'),
      )
    }
  })
})
