import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { loadEngine, loadModel, normalise, toModelSha256 } from '../../inference/index'
import { createNoise } from '../../model-training/export/noise'
import { readCommit } from '../../model-training/read-commit'
import { writeTinyModel } from '../helpers/tiny-model'
import { changeModel } from './evaluation/change-model'
import { createData } from './evaluation/labelled-data'
import { renderPhotos } from './solid-photos'
import { withFolder } from './temporary-folder'

const ROOT = resolve(__dirname, '../..')
const SCRIPT = join(ROOT, 'model-training/export-main.ts')
const TS_NODE = ['--require', require.resolve('ts-node/register')]

interface Card {
  readonly name: string
  readonly sha256: string
  readonly files: Readonly<Record<string, string>>
  readonly labels: readonly string[]
  readonly input: object
  readonly derivedFrom: object
  readonly onnx: object
  readonly evaluation?: { readonly split: string; readonly photos: number }
  readonly quantisation?: {
    readonly calibrationPhotos: number
    readonly ranges: string
    readonly divergences: Readonly<Record<string, number>>
    readonly validation: { readonly photos: number; readonly accuracy: object }
    readonly test?: { readonly photos: number }
  }
}

/** Runs the program in a folder, as `npm run export` does. */
async function run(args: readonly string[], cwd: string, signal?: NodeJS.Signals) {
  const env = { ...process.env, TS_NODE_PROJECT: join(ROOT, 'tsconfig.json') }
  const child = spawn(process.execPath, [...TS_NODE, SCRIPT, ...args], { cwd, env })
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
      // What is told is told while it works.
      if (signal && text.includes('comparing')) child.kill(signal)
    })
  }
  const [code, by] = (await once(child, 'close')) as [number | null, string | null]
  return { code, by, ...written }
}

async function readExported(folder: string): Promise<{ card: Card; onnx: Buffer }> {
  assert.deepEqual((await readdir(folder)).sort(), ['card.json', 'model.onnx'])
  const text = await readFile(join(folder, 'card.json'), 'utf8')
  return { card: JSON.parse(text) as Card, onnx: await readFile(join(folder, 'model.onnx')) }
}

/** What serving's engine says of a photo of noise. */
async function predict(folder: string): Promise<Float32Array> {
  const model = await loadModel(folder)
  const { width, height } = model.card.input
  const [rgb] = createNoise(1, { width, height }, 7)
  const pixels = new Float32Array(width * height * 3)
  normalise(rgb!, model.card.input, pixels, 0)
  const engine = await loadEngine(model, 'onnx')
  try {
    return await engine.predict(pixels, 1)
  } finally {
    await engine.close()
  }
}

describe('npm run export', function () {
  this.timeout(240_000)
  let model = ''
  let source: Card
  beforeEach(async () => {
    model = await writeTinyModel()
    source = JSON.parse(await readFile(join(model, 'card.json'), 'utf8')) as Card
  })
  afterEach(() => rm(model, { recursive: true }))

  it('writes ONNX that was compared on noise, and a card that names it and its source', async () => {
    await withFolder({}, async (folder) => {
      const args = ['--model', model, '--out', 'out/tiny', '--photos', '9']
      const { code, stdout, stderr } = await run(args, folder)
      assert.equal(code, 0, stderr)
      assert.match(
        stdout,
        /^ONNX Runtime differs from TensorFlow\.js by at most \d\.\de-\d+ on 9 photos of noise\nwrote out\/tiny\n$/,
      )
      const { card, onnx } = await readExported(join(folder, 'out/tiny'))
      const sha256 = toModelSha256([onnx])
      assert.deepEqual(card, {
        name: 'tiny',
        labels: source.labels,
        input: source.input,
        onnx: { opset: 17, input: 'pixels', output: 'probabilities' },
        derivedFrom: {
          ...{ name: 'tiny', sha256: source.sha256, commit: await readCommit() },
          command: 'npm run export -- --model tiny --out OUT --photos 9 --seed 1 --name tiny',
        },
        files: { 'model.onnx': sha256 },
        sha256,
      })
      const expected = await predict(model)
      const actual = await predict(join(folder, 'out/tiny'))
      for (const [i, value] of actual.entries()) assert.ok(Math.abs(value - expected[i]!) < 1e-6)
    })
  })

  it('compares on photos where they are given, and says which it left out', async () => {
    await withFolder(await createData({ 'food/broken.jpg': 'no photo' }), async (folder) => {
      const args = ['--model', model, '--out', 'out', '--data', '.', '--name', 'other']
      const { code, stdout, stderr } = await run(args, folder)
      assert.equal(code, 0, stderr)
      assert.match(stdout, / on 25 photos\n/)
      assert.match(stderr, /left out 1 photos that cannot be decoded/)
      assert.equal((await readExported(join(folder, 'out'))).card.name, 'other')
    })
  })

  it('writes a model in 8 bits with its figures, the same again', async () => {
    await withFolder(await createData(), async (folder) => {
      const args = ['--model', model, '--int8', '--data', '.', '--photos', '3', '--out']
      const { code, stdout, stderr } = await run([...args, 'out'], folder)
      assert.equal(code, 0, stderr)
      assert.match(stdout, /^ranges of values by (min-max|percentile|mean-square-error)\n/)
      assert.match(stdout, /^accuracy on 10 validation photos: 0\.\d{4} in float32, 0\.\d{4} in/m)
      assert.match(stdout, /^accuracy on 10 test photos: /m)
      const { card, onnx } = await readExported(join(folder, 'out'))
      assert.equal(card.name, 'tiny-int8')
      assert.deepEqual(card.derivedFrom, {
        ...{ name: 'tiny', sha256: source.sha256, commit: await readCommit() },
        command:
          'npm run export -- --model tiny --out OUT --int8 --weight-bits 7 --data PHOTOS --photos 3 --seed 1 --name tiny-int8',
      })
      assert.equal(card.files['model.onnx'], toModelSha256([onnx]))
      const { quantisation, evaluation } = card
      assert.equal(quantisation?.calibrationPhotos, 3)
      assert.equal(Object.keys(quantisation.divergences).length, 3)
      assert.ok(Object.values(quantisation.divergences).every((value) => value < 0.1))
      assert.deepEqual([quantisation.validation.photos, quantisation.test?.photos], [10, 10])
      assert.deepEqual([evaluation?.split, evaluation?.photos], ['test', 10])
      const expected = await predict(model)
      const actual = await predict(join(folder, 'out'))
      for (const [i, value] of actual.entries()) assert.ok(Math.abs(value - expected[i]!) < 0.05)
      assert.notDeepEqual(actual, expected)
      const again = await run([...args, 'again'], folder)
      assert.equal(again.code, 0, again.stderr)
      assert.deepEqual(await readExported(join(folder, 'again')), { card, onnx })
    })
  })

  it('divides photos without a manifest by seed, as training would', async () => {
    await withFolder(await renderPhotos(10), async (folder) => {
      const args = ['--model', model, '--int8', '--data', '.', '--out', 'out']
      const { code, stderr } = await run(args, folder)
      assert.equal(code, 0, stderr)
      const { quantisation } = (await readExported(join(folder, 'out'))).card
      const { calibrationPhotos = 0, validation, test } = quantisation ?? {}
      assert.equal(calibrationPhotos + (validation?.photos ?? 0) + (test?.photos ?? 0), 50)
      assert.ok(calibrationPhotos > 30)
    })
  })

  it('lets a model give way with --replace only', async () => {
    await withFolder({ 'out/card.json': 'old' }, async (folder) => {
      const args = ['--model', model, '--out', 'out', '--photos', '1']
      const refused = await run(args, folder)
      assert.equal(refused.code, 1)
      assert.match(refused.stderr, /^out holds a model already: --replace .*\n$/)
      const replaced = await run([...args, '--replace'], folder)
      assert.equal(replaced.code, 0, replaced.stderr)
      await readExported(join(folder, 'out'))
    })
  })

  it('prints help', async () => {
    const { code, stdout } = await run(['--help'], ROOT)
    assert.equal(code, 0)
    assert.match(stdout, /npm run export -- --out DIR/)
  })

  it('exits with 64 for wrong arguments', async () => {
    const { code, stderr } = await run(['--out', 'x', '--int8'], ROOT)
    assert.equal(code, 64)
    assert.match(stderr, /^--int8 needs --data: .*\nSee npm run export -- --help\n$/)
  })

  it('exits with 65 for data that cannot be used, and writes nothing', async () => {
    await withFolder({ 'README.md': '' }, async (folder) => {
      for (const args of [['--int8'], []]) {
        const all = ['--model', model, '--out', 'out', '--data', '.', ...args]
        const { code, stderr } = await run(all, folder)
        assert.equal(code, 65, stderr)
        assert.ok(!stderr.includes('    at '), 'no stack')
      }
      assert.deepEqual(await readdir(folder), ['README.md'])
    })
  })

  it('exits with 66 for no model, a damaged one and one that cannot be converted', async () => {
    await withFolder({}, async (folder) => {
      const absent = await run(['--model', 'no-such-model', '--out', 'out'], folder)
      assert.equal(absent.code, 66)
      assert.match(absent.stderr, /no model "no-such-model"/)
      await changeModel(model, { modelJson: (text) => text.replaceAll('"relu"', '"mish"') })
      const foreign = await run(['--model', model, '--out', 'out'], folder)
      assert.equal(foreign.code, 66)
      assert.match(foreign.stderr, /^layer first \(Conv2D\): activation mish is not supported/)
      await writeFile(join(model, 'weights.bin'), 'damaged')
      const damaged = await run(['--model', model, '--out', 'out'], folder)
      assert.equal(damaged.code, 66)
      assert.match(damaged.stderr, /weights\.bin is damaged/)
      assert.deepEqual(await readdir(folder), [])
    })
  })

  it('exits with 66 for a model that is ONNX already', async () => {
    await withFolder({}, async (folder) => {
      const exported = await run(['--model', model, '--photos', '2', '--out', 'out'], folder)
      assert.equal(exported.code, 0, exported.stderr)
      const again = await run(['--model', 'out', '--out', 'again'], folder)
      assert.equal(again.code, 66)
      assert.match(again.stderr, /^model tiny is an ONNX file already\n$/)
    })
  })

  it('leaves nothing behind after Ctrl-C, and ends by the signal', async () => {
    await withFolder({}, async (folder) => {
      const args = ['--model', model, '--out', 'out', '--photos', '20000']
      const { by, stdout, stderr } = await run(args, folder, 'SIGINT')
      assert.equal(by, 'SIGINT', stderr)
      assert.equal(stdout, '')
      assert.match(stderr, /stopped by SIGINT, nothing was written\n$/)
      assert.deepEqual(await readdir(folder), [])
    })
  })
})
