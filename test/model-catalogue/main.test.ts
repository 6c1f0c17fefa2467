import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { writeTinyModel } from '../helpers/tiny-model'
import { useFileServer } from '../helpers/use-file-server'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

const ROOT = join(__dirname, '../..')
const MAIN = join(ROOT, 'model-catalogue', 'main.ts')

function start(args: readonly string[]) {
  const child = spawn(process.execPath, ['--require', 'ts-node/register', MAIN, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[exitCode], stdout, stderr]) => ({ exitCode: exitCode as number | null, stdout, stderr }),
  )
  return { child, ended }
}

const run = (...args: readonly string[]) => start(args).ended

describe('npm run model', () => {
  const folder = useTemporaryFolder()
  const server = useFileServer()
  let source: string
  let models: readonly string[]
  before(async () => {
    source = await writeTinyModel()
    models = ['--models', join(folder(), 'models')]
  })
  after(() => rm(source, { recursive: true }))

  it('tells with --help what it can do', async () => {
    const { exitCode, stdout, stderr } = await run('add', '--help')
    assert.equal(exitCode, 0)
    assert.match(stdout, /add SOURCE[^]*list[^]*show NAME[^]*--licence SPDX/)
    assert.equal(stderr, '')
  })

  it('exits with 64 where it is used wrongly, and says how', async () => {
    const { exitCode, stdout, stderr } = await run('delete', 'x')
    assert.equal(exitCode, 64)
    assert.match(stderr, /^delete is no command: add, list or show\nSee npm run model -- --help\n$/)
    assert.equal(stdout, '')
  })

  it('lists the models of the project', async () => {
    const { exitCode, stdout } = await run('list')
    assert.equal(exitCode, 0)
    const [head, ...rows] = stdout.trimEnd().split('\n')
    assert.match(head ?? '', /^name +labels +parameters +bytes +input +sha256 +licence$/)
    const row = rows.find((line) => line.startsWith('photo-net '))
    assert.match(row ?? '', /^photo-net +5 +\d+ +\d+ +(\d+)x\1 +[0-9a-f]{12} /)
  })

  it('adds a model, lists it and shows it, and exits with 65 where it is there already', async () => {
    const args = ['add', source, '--name', 'tiny', '--licence', 'MIT', '--offset', '-1', ...models]
    const added = await run(...args)
    assert.equal(added.exitCode, 0, added.stderr)
    assert.match(added.stdout, /tiny: 5 labels, 32x24, .* verified with onnx \d/)
    assert.match(added.stdout, /MODEL=tiny npm start$/m)
    const listed = await run('list', ...models)
    assert.match(listed.stdout, /\ntiny +5 +\d+ +\d+ +32x24 +[0-9a-f]{12} +MIT\n$/)
    const shown = await run('show', 'tiny', ...models)
    assert.equal(shown.exitCode, 0)
    assert.match(shown.stdout, /^labels +label 0; label 1; label 2; label 3; label 4$/m)
    assert.match(shown.stdout, /^weights\.bin +[0-9a-f]{64}$/m)
    const again = await run(...args)
    assert.equal(again.exitCode, 65)
    assert.match(again.stderr, /^there is a model tiny already/)
  })

  it('exits with 65 for a model that is not there', async () => {
    const { exitCode, stderr } = await run('show', 'none', ...models)
    assert.equal(exitCode, 65)
    assert.match(stderr, /none.card\.json cannot be read\n$/)
    const nowhere = await run('list', '--models', join(folder(), 'nowhere'))
    assert.equal(nowhere.exitCode, 65)
    assert.match(nowhere.stderr, /^the models' folder .*nowhere cannot be read\n$/)
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`exits with 130 after ${signal} and leaves nothing behind`, async () => {
      const asked = new Promise<void>((resolve) => {
        server().files.set('/stuck.onnx', (_request, response) => {
          response.write('the first bytes')
          resolve()
        })
      })
      const own = join(folder(), signal)
      const { child, ended } = start(['add', `${server().url}/stuck.onnx`, '--models', own])
      await asked
      child.kill(signal)
      const { exitCode, stderr } = await ended
      assert.equal(exitCode, 130)
      assert.match(stderr, /\ninterrupted, nothing was added\n$/)
      assert.deepEqual(await readdir(own).catch(() => []), [])
    })
  }
})
