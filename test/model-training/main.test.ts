import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { skipUnless } from '../helpers/optional'
import { LABELS, loadModel } from '../../inference/index'
import { renderScene } from './data/scene'
import { renderPhotos } from './solid-photos'
import { withFolder } from './temporary-folder'

const NO_ENGINE = 69

/** To be loaded first: from then on there is no engine. */
const NO_TENSORFLOW = `
const Module = require('node:module')
const load = Module._load
Module._load = (name, ...rest) => {
  if (name.startsWith('@tensorflow/tfjs-node')) throw new Error('there is no engine')
  return load(name, ...rest)
}
`
const ROOT = resolve(__dirname, '../..')
const OPTIONS = [
  '--data',
  'photos',
  '--out',
  'model',
  '--name',
  'tiny',
  '--epochs',
  '2',
  '--size',
  '32',
]

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `npm run train` in another folder, where it leaves its checkpoints. */
function run(
  args: readonly string[],
  cwd: string,
  preload: readonly string[] = [],
): Promise<Outcome> {
  const script = join(ROOT, 'model-training/main.ts')
  const env = { ...process.env, TS_NODE_PROJECT: join(ROOT, 'tsconfig.json') }
  const required = [require.resolve('ts-node/register'), ...preload]
  const command = [...required.flatMap((file) => ['--require', file]), script, ...args]
  return new Promise((done) => {
    const child = execFile(process.execPath, command, { cwd, env }, (_error, stdout, stderr) => {
      done({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })
}

describe('npm run train', () => {
  it('exits with 64 and the name of an option that makes no sense', async () => {
    const { code, stderr } = await run(['--data', 'x', '--epochs', 'few'], ROOT)
    assert.equal(code, 64)
    assert.match(stderr, /--epochs/)
  })

  it('exits with 65 and says what is wrong with the data', async () => {
    await withFolder({ 'photos/food/1.jpg': 'no photo' }, async (folder) => {
      const { code, stderr } = await run(['--data', 'photos', '--dry-run'], folder)
      assert.equal(code, 65)
      assert.match(stderr, /^no photo of "food" in the train part.*not used: 1 damaged photo.*\n$/)
    })
  })

  it('tells in a dry run what would be used, without an engine and without writing anything', async () => {
    const photos = Object.entries(await renderPhotos(10))
    const food = photos.filter(([file]) => file.startsWith('food/'))
    const files = {
      ...Object.fromEntries(photos.map(([file, photo]) => [`photos/${file}`, photo])),
      'photos/food/cut.jpg': photos[0]![1].subarray(0, 300),
      'more/new.jpg': await renderScene(1),
      ...Object.fromEntries(food.map(([file, photo]) => [`more/${file}`, photo])),
      'no-engine.js': NO_TENSORFLOW,
    }
    await withFolder(files, async (folder) => {
      const before = (await readdir(folder, { recursive: true })).sort()
      const args = ['--data', 'photos', '--unlabelled', 'more', '--dry-run']
      const { code, stdout, stderr } = await run(args, folder, [join(folder, 'no-engine.js')])
      assert.equal(code, 0, stderr)
      assert.match(stdout, /\n {2}food +7 +2 +1 +10\n/)
      assert.match(
        stdout,
        /not used: 1 photos, damaged photo \(CORRUPT_PHOTO\), such as food\/cut\.jpg\n/,
      )
      assert.match(stdout, /only 7 training photos of "food"/)
      // Of the food photos, what is validated and tested with is not learnt from.
      assert.match(stdout, /Photos without labels: 8\n/)
      assert.match(stdout, /not used: 3 photos, same bytes as a validation or test photo/)
      assert.deepEqual((await readdir(folder, { recursive: true })).sort(), before)
    })
  })

  it('exits with 73 where decoded photos cannot be kept', async function () {
    const photos = Object.entries(await renderPhotos(10))
    const files = Object.fromEntries(photos.map(([file, photo]) => [`photos/${file}`, photo]))
    await withFolder({ ...files, '.cache': 'a file in the way' }, async (folder) => {
      const { code, stderr } = await run(OPTIONS, folder)
      skipUnless(this, code === NO_ENGINE ? stderr.trim() : undefined)
      assert.equal(code, 73, stderr)
      assert.match(
        stderr,
        /^decoded photos cannot be kept in \.cache\/photos: a file is in the way; remove it\n$/,
      )
    })
  })

  it('writes a model that loads, and the same again when resumed after its end', async function () {
    const photos = Object.entries(await renderPhotos(10))
    const files = Object.fromEntries(photos.map(([file, photo]) => [`photos/${file}`, photo]))
    await withFolder(files, async (folder) => {
      const first = await run(OPTIONS, folder)
      skipUnless(this, first.code === NO_ENGINE ? first.stderr.trim() : undefined)
      assert.equal(first.code, 0, first.stderr)
      assert.match(first.stderr, /epoch 2\/2 .*left\n.*test accuracy/s)
      const { card } = await loadModel(join(folder, 'model'))
      assert.deepEqual(card.labels, LABELS)
      const written = ['card.json', 'model.json', 'training-log.csv', 'weights.bin']
      assert.deepEqual((await readdir(join(folder, 'model'))).sort(), written)
      const text = await readFile(join(folder, 'model', 'card.json'), 'utf8')
      assert.ok(!text.includes(folder), 'no absolute path')

      const again = await run([...OPTIONS, '--resume'], folder)
      assert.equal(again.code, 0, again.stderr)
      assert.doesNotMatch(again.stderr, /epoch/)
      assert.equal(await readFile(join(folder, 'model', 'card.json'), 'utf8'), text)
    })
  })
})
