import assert from 'node:assert/strict'
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { COMPARED } from '../../bench/clusters/compared'
import { STAGES } from '../../bench/cold-start/cold-start'
import type { ColdStart } from '../../bench/cold-start/cold-start'
import type { ColdStartReport } from '../../bench/cold-start/report'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { useNamespace } from './helpers/namespace'
import { run } from './helpers/run'

const ROOT = join(__dirname, '../..')
const SAMPLES = 2

describe('npm run cold-start on two clusters', function () {
  this.timeout(400_000)
  const onKubeless = useNamespace('kubeless', 'photo-cold-start-test')
  const onKubernetes = useNamespace('kubernetes', 'photo-cold-start-test')
  const folder = useTemporaryFolder()

  const bench = (file: string, ...args: readonly string[]) =>
    run(process.execPath, ['--require', 'ts-node/register', file, ...args], { cwd: ROOT })

  it('starts every twin from nothing, each time a new pod, and splits the time', async () => {
    const out = join(folder(), 'run')
    const { code, stdout, stderr } = await bench(
      'bench/cold-start/main.ts',
      ...['--kubeconfig', `kubeless=${onKubeless().kubeconfig}`],
      ...['--kubeconfig', `kubernetes=${onKubernetes().kubeconfig}`],
      ...['--deploy', '--samples', String(SAMPLES), '--out', out],
    )
    assert.equal(code, 0, stdout + stderr)
    const text = await readFile(join(out, 'cold-starts.ndjson'), 'utf8')
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
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as ColdStartReport
    for (const { target, stages } of report.columns) {
      for (const stage of STAGES) {
        assert.ok((stages?.[stage].value ?? 0) > 0, `${target}: ${JSON.stringify(stages)}`)
      }
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

  it('leaves every twin with one pod', async () => {
    for (const { kubectl } of [onKubeless(), onKubernetes()]) {
      const replicas = await kubectl(
        ...['get', 'deployments', '--output', 'jsonpath={.items[*].spec.replicas}'],
      )
      assert.match(replicas, /^1( 1)*$/)
    }
  })
})
