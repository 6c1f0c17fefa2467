import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { preparePythonEnvironment } from '../../../bench/peers/environment'
import { PEERS } from '../../../bench/peers/peers'
import type { PeerRow } from '../../../bench/peers/report'
import { runHarness } from '../../helpers/harness-process'
import { skipUnless } from '../../helpers/optional'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'

const ROOT = join(__dirname, '..', '..', '..')
const CACHE = join(ROOT, '.cache', 'peers')
const { signal } = new AbortController()
const say = (): void => undefined

const prepare = (packages: readonly string[], cacheFolder: string) =>
  preparePythonEnvironment({ name: 'flask', packages, cacheFolder, signal, say })

describe('peers', function () {
  this.timeout(600_000)
  const folder = useTemporaryFolder()

  it('are told with the reason where a package is not to be had', async function () {
    const made = await prepare(['photo-twin-does-not-exist==1.0.0'], folder())
    assert.ok(made.state === 'unavailable')
    skipUnless(this, made.reason.startsWith('there is no') ? made.reason : undefined)
    assert.match(made.reason, /No matching distribution|Could not find|error/i)
  })

  it('are installed again where their folder was moved, as their programs name it', async function () {
    const [here, there] = [join(folder(), 'here'), join(folder(), 'there')]
    const first = await prepare(['pip'], here)
    skipUnless(this, first.state === 'unavailable' ? first.reason : undefined)
    await rename(here, there)
    const moved = await prepare(['pip'], there)
    assert.ok(moved.state === 'ready')
    const { stdout } = await promisify(execFile)(join(moved.programs, 'pip'), ['--version'])
    assert.ok(stdout.includes(there), stdout)
  })

  it('are measured beside ours, with the same labels', async function () {
    const flask = PEERS.find(({ name }) => name === 'flask')
    const made = await prepare(flask?.packages ?? [], CACHE)
    skipUnless(this, made.state === 'unavailable' ? `no flask: ${made.reason}` : undefined)
    const out = join(folder(), 'run')
    const small = ['--blocks', '2', '--requests', '20', '--concurrency', '1,4', '--workers', '1']
    const { exitCode, stdout, stderr } = await runHarness('peers', [
      ...['--peers', 'flask', ...small, '--out', out],
    ])
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    assert.match(stdout, /^flask \(1\): [\d.]+ CPU ms a request/m)
    const rows = JSON.parse(await readFile(join(out, 'peers.json'), 'utf8')) as PeerRow[]
    assert.deepEqual(
      rows.map(({ peer, version, workers, concurrency }) => [peer, version, workers, concurrency]),
      [
        ['photo-twin', process.version, 1, 1],
        ['photo-twin', process.version, 1, 4],
        ['flask', '3.1.3', 1, 1],
        ['flask', '3.1.3', 1, 4],
      ],
    )
    for (const { throughput, p50, startToFirstAnswerMs } of rows) {
      assert.ok(throughput > 0 && (p50 ?? 1) > 0 && startToFirstAnswerMs > 0)
    }
    const again = await runHarness('report', [out])
    assert.equal(again.exitCode, 0, again.stderr)
    assert.deepEqual(JSON.parse(await readFile(join(out, 'peers.json'), 'utf8')), rows)
  })
})
