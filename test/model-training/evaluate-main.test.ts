import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LABELS, loadModel } from '../../inference/index'
import {
  toCardEvaluation,
  type CardEvaluation,
} from '../../model-training/evaluation/card-evaluation'
import type { ModelEvaluation } from '../../model-training/evaluation/model-evaluation'
import { toPage } from '../../model-training/evaluation/page/page'
import { validateEvaluation } from '../../model-training/evaluation/schema'
import { isAlive } from '../bench/targets/until'
import { skipUnless } from '../helpers/optional'
import { writeTinyModel } from '../helpers/tiny-model'
import { changeModel } from './evaluation/change-model'
import { createData } from './evaluation/labelled-data'
import { untilSo } from './evaluation/until-so'
import { withFolder } from './temporary-folder'

const ROOT = resolve(__dirname, '../..')
const SCRIPT = join(ROOT, 'model-training/evaluate-main.ts')
const TS_NODE = ['--require', require.resolve('ts-node/register')]
const SPARE = ['--engines', 'onnx', '--decoders', 'sharp', '--no-robustness', '--no-cpu']
const EVIL = 'food/<script>alert(1)<\u{2215}script>.jpg'

/** Starts the program in a folder, as `npm run evaluate` does. */
function start(args: readonly string[], cwd: string) {
  const env = { ...process.env, TS_NODE_PROJECT: join(ROOT, 'tsconfig.json') }
  const child = spawn(process.execPath, [...TS_NODE, SCRIPT, ...args], { cwd, env })
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (written[name] += text))
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...written }))
  return { child, ended }
}

const run = (args: readonly string[], cwd: string) => start(args, cwd).ended

/** The processes that a process has started (Linux). */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

/** Four processes on every machine, which live until the evaluation ends. */
const FOUR = ['--engines', 'onnx,wasm', '--decoders', 'sharp,jimp']

const hasProc = existsSync(`/proc/self/task/${process.pid}/children`)

describe('npm run evaluate', function () {
  this.timeout(240_000)
  let model = ''
  beforeEach(async () => {
    model = await writeTinyModel()
  })
  afterEach(() => rm(model, { recursive: true }))

  it('prints a summary and writes evaluation.json and a page without photos', async () => {
    await withFolder(await createData({ [EVIL]: 'no photo' }), async (folder) => {
      const args = ['--data', '.', '--model', model, '--out', 'out', ...SPARE]
      const { code, stdout, stderr } = await run(args, folder)
      assert.equal(code, 0, stderr)
      assert.match(stdout, /^tiny \([0-9a-f]{12}\) on 10 photos .* 1 more could not be/)
      assert.match(stdout, /^Accuracy 0\.\d{3} \(/m)
      assert.match(stderr, /\d+ %.*: .*\n/)
      assert.deepEqual((await readdir(join(folder, 'out'))).sort(), [
        ...['evaluation.html', 'evaluation.json'],
      ])
      const json = await readFile(join(folder, 'out', 'evaluation.json'), 'utf8')
      const evaluation: unknown = JSON.parse(json)
      validateEvaluation(evaluation)
      const page = await readFile(join(folder, 'out', 'evaluation.html'), 'utf8')
      assert.ok(page === toPage(evaluation), 'the page follows from the JSON')
      for (const text of [json, page]) assert.ok(!text.includes(folder), 'no absolute path')
      assert.ok(page.includes('food/&lt;script&gt;alert(1)'))
      assert.ok(!/<script|<img/.test(page))
    })
  })

  it('puts the figures of evaluation.json into the card where that is asked for', async () => {
    await withFolder(await createData(), async (folder) => {
      const readCard = async () =>
        JSON.parse(await readFile(join(model, 'card.json'), 'utf8')) as Record<string, unknown>
      const before = await readCard()
      const args = ['--data', '.', '--model', model, '--out', 'out', '--engines', 'onnx']
      const only = ['--decoders', 'sharp', '--no-cpu']
      const silent = await run([...args, ...only, '--no-robustness'], folder)
      assert.equal(silent.code, 0, silent.stderr)
      assert.deepEqual(await readCard(), before)
      const { code, stderr } = await run([...args, ...only, '--write-card'], folder)
      assert.equal(code, 0, stderr)
      const json = await readFile(join(folder, 'out', 'evaluation.json'), 'utf8')
      const evaluation = JSON.parse(json) as ModelEvaluation
      const { evaluation: quoted, ...rest } = await readCard()
      assert.deepEqual({ ...before, evaluation: quoted }, { ...rest, evaluation: quoted })
      assert.deepEqual(quoted, JSON.parse(JSON.stringify(toCardEvaluation(evaluation))))
      const { accuracy, robustness, decoders } = quoted as CardEvaluation
      assert.deepEqual(accuracy, evaluation.accuracy)
      assert.ok(robustness['half-size'], Object.keys(robustness).join())
      assert.deepEqual(Object.keys(decoders), ['sharp'])
      await loadModel(model)
    })
  })

  it('prints the JSON alone where that is asked for, and embeds thumbnails where they are', async () => {
    await withFolder(await createData(), async (folder) => {
      const args = ['--data', folder, '--model', model, '--out', 'out', '--thumbnails', '--json']
      const { code, stdout, stderr } = await run([...args, ...SPARE], folder)
      assert.equal(code, 0, stderr)
      assert.equal(stdout, await readFile(join(folder, 'out', 'evaluation.json'), 'utf8'))
      const { mistakes } = JSON.parse(stdout) as { mistakes: unknown[] }
      const page = await readFile(join(folder, 'out', 'evaluation.html'), 'utf8')
      assert.equal(page.split('<img src="data:image/jpeg;base64,').length - 1, mistakes.length)
      assert.ok(mistakes.length > 0)
    })
  })

  it('prints help', async () => {
    const { code, stdout } = await run(['--help'], ROOT)
    assert.equal(code, 0)
    assert.match(stdout, /npm run evaluate -- --data DIR/)
  })

  it('exits with 64 for wrong arguments', async () => {
    const { code, stderr } = await run(['--data', 'x', '--engines', 'gpu'], ROOT)
    assert.equal(code, 64)
    assert.match(stderr, /--engines .*"gpu"\nSee npm run evaluate -- --help\n$/)
  })

  it('exits with 65 for data without photos, and for labels that the model does not know', async () => {
    await withFolder({ 'food/README': '', 'menu/1.jpg': '' }, async (folder) => {
      const without = ['--data', 'absent', '--model', model]
      const first = await run(without, folder)
      assert.equal(first.code, 65)
      assert.match(first.stderr, /absent/)
      assert.ok(!first.stderr.includes('    at '), 'no stack')

      const labels = ['menu', ...LABELS.slice(1).map((_, i) => `thing ${i}`)]
      await changeModel(model, { card: { labels } })
      const second = await run(['--data', folder, '--model', model, ...SPARE], folder)
      assert.equal(second.code, 65)
      assert.match(second.stderr, /photos of "food", which the model tiny does not know/)
    })
  })

  it('exits with 66 for no model and for a damaged one', async () => {
    const first = await run(['--data', '.', '--model', 'no-such-model'], ROOT)
    assert.equal(first.code, 66)
    assert.match(first.stderr, /no model "no-such-model"/)
    await writeFile(join(model, 'weights.bin'), 'damaged')
    const second = await run(['--data', '.', '--model', model], ROOT)
    assert.equal(second.code, 66)
    assert.match(second.stderr, /weights\.bin is damaged/)
  })

  it('exits with 69 where no engine runs the model, with the reason', async () => {
    await changeModel(model, { modelJson: (text) => text.replaceAll('"relu"', '"mish"') })
    await withFolder(await createData(), async (folder) => {
      const { code, stderr } = await run(['--data', '.', '--model', model, ...SPARE], folder)
      assert.equal(code, 69)
      assert.match(stderr, /no engine could be loaded \(onnx: .*mish/)
    })
  })

  it('says before it works that a file is in the way of what it is to write', async () => {
    await withFolder({ 'food/1.jpg': '' }, async (folder) => {
      const args = ['--data', '.', '--model', model, '--out', 'food/1.jpg', ...SPARE]
      const { code, stderr } = await run(args, folder)
      assert.equal(code, 1)
      assert.equal(stderr, 'food/1.jpg is not a folder: --out takes one\n')
    })
  })

  it('leaves nothing behind after Ctrl-C', async function () {
    skipUnless(this, hasProc ? undefined : 'the system does not list the processes of a process')
    await withFolder(await createData(), async (folder) => {
      const { child, ended } = start(
        ['--data', '.', '--model', model, '--out', 'out', ...FOUR],
        folder,
      )
      const pid = child.pid ?? 0
      await untilSo('all engines and decoders start', () => childrenOf(pid).length === 4)
      const children = childrenOf(pid)
      // As a terminal does: to all of them.
      for (const one of [pid, ...children]) process.kill(one, 'SIGINT')
      const { code, stdout, stderr } = await ended
      assert.equal(code, 130, stderr)
      assert.equal(stdout, '')
      assert.match(stderr, /interrupted, nothing was written\n$/)
      assert.deepEqual(children.filter(isAlive), [])
      assert.ok(!existsSync(join(folder, 'out')))
    })
  })

  it('takes its processes with it where it is killed', async function () {
    skipUnless(this, hasProc ? undefined : 'the system does not list the processes of a process')
    await withFolder(await createData(), async (folder) => {
      const { child, ended } = start(['--data', '.', '--model', model, '--no-cpu', ...FOUR], folder)
      const pid = child.pid ?? 0
      await untilSo('all engines and decoders start', () => childrenOf(pid).length === 4)
      const children = childrenOf(pid)
      child.kill('SIGKILL')
      await ended
      await untilSo('they end', () => !children.some(isAlive))
    })
  })
})
