import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { skipUnless } from '../helpers/optional'
import { LABELS, loadModel } from '../../inference/index'
import { renderPhotos } from './solid-photos'
import { withFolder } from './temporary-folder'

const NO_ENGINE = 69
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

/** Runs `npm run train` in another folder, where it leaves its checkpoints. */
function run(args: readonly string[], cwd: string): Promise<{ code: number; stderr: string }> {
  const script = join(ROOT, 'model-training/main.ts')
  const env = { ...process.env, TS_NODE_PROJECT: join(ROOT, 'tsconfig.json') }
  const command = ['--require', require.resolve('ts-node/register'), script, ...args]
  return new Promise((done) => {
    const child = execFile(process.execPath, command, { cwd, env }, (_error, _stdout, stderr) => {
      done({ code: child.exitCode ?? -1, stderr })
    })
  })
}

describe('npm run train', () => {
  it('exits with 64 and the name of an option that makes no sense', async () => {
    const { code, stderr } = await run(['--data', 'x', '--epochs', 'few'], ROOT)
    assert.equal(code, 64)
    assert.match(stderr, /--epochs/)
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
