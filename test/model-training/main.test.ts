import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LABELS, loadModel } from '../../inference/index'
import type { TrainingFacts } from '../../model-training/card'
import type { SourcesReport } from '../../model-training/leave-one-source-out'
import { renderScene } from './data/scene'
import { renderPhotos } from './solid-photos'
import { withFolder } from './temporary-folder'
import { BACKBONE_SIZE, createBackboneFiles } from './tiny-backbone'
import { useBackend } from './use-backend'

const NO_ENGINE = 69

/** To be loaded first: from then on nothing of such a name can be. */
const without = (name: RegExp): string => `
const Module = require('node:module')
const load = Module._load
Module._load = (name, ...rest) => {
  if (${String(name)}.test(name)) throw new Error('it is not there')
  return load(name, ...rest)
}
`
const NO_TENSORFLOW = without(/@tensorflow.tfjs-node\b/)
const ROOT = resolve(__dirname, '../..')

/** To be loaded first: the network learns faster than it can. */
const TOO_FAST = `
const { NETWORKS } = require(${JSON.stringify(join(ROOT, 'model-training/networks/catalogue'))})
NETWORKS['photo-net'].learningRate.alone = 1e30
`
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
  /** That ended it. */
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `npm run train` in another folder, where it leaves its checkpoints, or until it says something. */
function run(
  args: readonly string[],
  cwd: string,
  preload: readonly string[] = [],
  killedAt?: RegExp,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<Outcome> {
  const script = join(ROOT, 'model-training/main.ts')
  const env = { ...process.env, TS_NODE_PROJECT: join(ROOT, 'tsconfig.json') }
  const required = [require.resolve('ts-node/register'), ...preload]
  const command = [...required.flatMap((file) => ['--require', file]), script, ...args]
  return new Promise((done) => {
    let told = ''
    const child = execFile(process.execPath, command, { cwd, env }, (_error, stdout, stderr) => {
      done({ code: child.exitCode ?? -1, signal: child.signalCode, stdout, stderr })
    })
    child.stderr?.on('data', (text: string) => {
      told += text
      if (killedAt?.test(told) && !child.killed) child.kill(signal)
    })
  })
}

describe('npm run train', () => {
  useBackend()

  it('exits with 64 and the name of an option that makes no sense', async () => {
    const { code, stderr } = await run(['--data', 'x', '--epochs', 'few'], ROOT)
    assert.equal(code, 64)
    assert.match(stderr, /--epochs/)
  })

  it('exits with 65 and says what is wrong with the data', async () => {
    await withFolder({ 'photos/food/1.jpg': 'no photo' }, async (folder) => {
      const { code, stdout, stderr } = await run(['--data', 'photos', '--dry-run'], folder)
      assert.equal(code, 65)
      assert.match(
        stderr,
        /^no photo of "food" in the train and val and test part, of "drink" in .*not used: 1 damaged photo.*\n$/,
      )
      assert.match(stdout, /\n {2}food +0 +0 +0 +0\n/, 'what there is is told all the same')
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

  it('exits with 69 and says so where photos cannot be decoded, also in a dry run', async () => {
    const files = { 'photos/food/1.jpg': '', 'no-decoder.js': without(/sharp.*\.node$/) }
    await withFolder(files, async (folder) => {
      for (const args of [OPTIONS, [...OPTIONS, '--dry-run']]) {
        const { code, stderr } = await run(args, folder, [join(folder, 'no-decoder.js')])
        assert.equal(code, 69, stderr)
        assert.match(
          stderr,
          /^no decoder could be loaded \(sharp: Could not load the "sharp" module/m,
        )
        assert.doesNotMatch(stderr, /\.ts:/, 'no stack')
      }
    })
  })

  it('exits with 73 where decoded photos cannot be kept', async () => {
    const photos = Object.entries(await renderPhotos(10))
    const files = Object.fromEntries(photos.map(([file, photo]) => [`photos/${file}`, photo]))
    await withFolder({ ...files, '.cache': 'a file in the way' }, async (folder) => {
      const { code, stderr } = await run(OPTIONS, folder)
      assert.equal(code, 73, stderr)
      assert.match(
        stderr,
        /^decoded photos cannot be kept in \.cache\/photos: a file is in the way; remove it\n$/m,
      )
    })
  })

  it('exits with 73 where a checkpoint cannot be kept', async () => {
    await withPhotos(async (folder) => {
      await mkdir(join(folder, '.cache'))
      await writeFile(join(folder, '.cache/training'), 'a file in the way')
      const { code, stderr } = await run(OPTIONS, folder)
      assert.equal(code, 73, stderr)
      assert.match(
        stderr,
        /^how far the training has come cannot be kept in \.cache\/training\/tiny: a file is in the way/m,
      )
    })
  })

  it('writes a model that loads, and the same again when resumed after its end', async () => {
    await withPhotos(async (folder) => {
      const first = await run(OPTIONS, folder)
      assert.equal(first.code, 0, first.stderr)
      assert.match(first.stderr, /epoch 2\/2 .*left\n.*test accuracy/s)
      const { card } = await loadModel(join(folder, 'model'))
      assert.deepEqual(card.labels, LABELS)
      const logs = ['training-curve.svg', 'training-log.csv']
      const written = ['card.json', 'model.json', ...logs, 'weights.bin']
      assert.deepEqual((await readdir(join(folder, 'model'))).sort(), written)
      const text = await readFile(join(folder, 'model', 'card.json'), 'utf8')
      assert.ok(!text.includes(folder), 'no absolute path')

      const { training } = await readCard(folder)
      assert.match(training.command, /^npm run train -- --data PHOTOS .* --epochs 2 .*--name tiny$/)
      assert.deepEqual([training.epochs, training.epochsRun], [2, undefined])

      const refused = await run([...OPTIONS, '--resume'], folder)
      assert.equal(refused.code, 73)
      assert.match(refused.stderr, /^model holds a model already: --replace lets it give way.*\n$/)

      const again = await run([...OPTIONS, '--resume', '--replace'], folder)
      assert.equal(again.code, 0, again.stderr)
      assert.doesNotMatch(again.stderr, /epoch/)
      assert.equal(await readFile(join(folder, 'model', 'card.json'), 'utf8'), text)
    })
  })

  it('exits with 70 where the training diverges, and leaves the model that is there', async () => {
    await withPhotos(async (folder) => {
      await writeFile(join(folder, 'too-fast.js'), TOO_FAST)
      await mkdir(join(folder, 'model'))
      await writeFile(join(folder, 'model/card.json'), 'the earlier one')
      const preload = [join(folder, 'too-fast.js')]
      const { code, stderr } = await run([...OPTIONS, '--replace'], folder, preload)
      assert.equal(code, 70, stderr)
      assert.match(stderr, /^the training has diverged: in epoch \d .*\n$/m)
      assert.deepEqual(await readdir(join(folder, 'model')), ['card.json'])
    })
  })

  it('goes on after a kill with the weights of a training that nobody stopped', async () => {
    await withPhotos(async (folder) => {
      const options = [...OPTIONS, '--epochs', '4']
      const whole = await run([...options, '--out', 'whole'], folder)
      assert.equal(whole.code, 0, whole.stderr)
      const killed = await run([...options, '--name', 'other'], folder, [], /epoch 2\/4/)
      assert.equal(killed.code, -1, killed.stderr)
      assert.deepEqual(await readdir(folder), ['.cache', 'backbone', 'photos', 'whole'])
      const resumed = await run([...options, '--name', 'other', '--resume'], folder)
      assert.equal(resumed.code, 0, resumed.stderr)
      assert.match(resumed.stderr, /epoch 4\/4/)
      assert.doesNotMatch(resumed.stderr, /epoch [12]\/4/)
      const weights = (name: string) => readFile(join(folder, name, 'weights.bin'))
      assert.ok((await weights('model')).equals(await weights('whole')))
      const args = ['--name', 'other', '--resume', '--replace', '--seed', '2']
      const changed = await run([...options, ...args], folder)
      assert.equal(changed.code, 65)
      assert.match(changed.stderr, /another seed, photos;/)
    })
  })

  it('says how to go on when it is stopped by Ctrl-C', async () => {
    await withPhotos(async (folder) => {
      const options = [...OPTIONS, '--epochs', '500']
      const { signal, stderr } = await run(options, folder, [], /epoch 1\/500/, 'SIGINT')
      assert.equal(signal, 'SIGINT')
      assert.match(stderr, /--resume goes on after epoch \d+, .*\nstopped by SIGINT\n$/)
      assert.ok(!(await readdir(folder)).includes('model'))
    })
  })

  it('trains on WebAssembly where tfjs-node is not built, and says so', async () => {
    await withPhotos(async (folder) => {
      await writeFile(join(folder, 'no-engine.js'), NO_TENSORFLOW)
      const preload = [join(folder, 'no-engine.js')]
      const { code, stderr } = await run(OPTIONS, folder, preload)
      assert.equal(code, 0, stderr)
      assert.match(stderr, /^training on WebAssembly.*npm rebuild @tensorflow\/tfjs-node/)
      const card = await readCard(folder)
      assert.equal(card.training.engine.name, '@tensorflow/tfjs-backend-wasm')

      const asked = await run([...OPTIONS, '--replace', '--engine', 'tensorflow'], folder, preload)
      assert.equal(asked.code, NO_ENGINE)
      assert.match(asked.stderr, /^@tensorflow\/tfjs-node is not installed or not built/)
    })
  })

  it('learns from a teacher, and from photos without labels', async () => {
    await withPhotos(async (folder) => {
      for (const i of [1, 2, 3]) {
        await mkdir(join(folder, 'more'), { recursive: true })
        await writeFile(join(folder, 'more', `${i}.jpg`), await renderScene(i))
      }
      const args = ['--teacher', 'backbone', '--views', '2', '--unlabelled', 'more']
      const { code, stderr } = await run([...OPTIONS, ...args], folder)
      assert.equal(code, 0, stderr)
      assert.match(stderr, /3 photos without labels/)
      const { method, network, teacher } = (await readCard(folder)).training
      assert.deepEqual([method, network], ['from scratch', 'photo-net'])
      assert.equal(teacher?.backbone, 'backbone')
      assert.match(teacher.sha256, /^[0-9a-f]{64}$/)
      assert.equal(teacher.views, 2)
      assert.equal(typeof teacher.minutes, 'number')
      const unknown = { photos: 3, licenceTiers: { unknown: 3 } }
      assert.deepEqual(teacher.unlabelledPhotos, { ...unknown, sources: { 'not named': unknown } })
      assert.match(await readFile(join(folder, 'model/training-log.csv'), 'utf8'), /^epoch,.*\n1,/)
    })
  })

  it('asks a teacher on TensorFlow.js where ONNX Runtime is not there, and says so once', async () => {
    await withPhotos(async (folder) => {
      await writeFile(join(folder, 'no-onnx.js'), without(/\bonnxruntime-node\b/))
      const args = ['--teacher', 'backbone', '--views', '1', '--epochs', '1']
      const { code, stderr } = await run([...OPTIONS, ...args], folder, [
        join(folder, 'no-onnx.js'),
      ])
      assert.equal(code, 0, stderr)
      const notices = stderr.match(/^backbone runs on TensorFlow\.js.*it is not there.*$/gm)
      assert.equal(notices?.length, 1, stderr)
    })
  })

  it('puts a new head on a backbone, and leaves no log of the model before', async () => {
    await withPhotos(async (folder) => {
      await mkdir(join(folder, 'model'))
      for (const file of ['card.json', 'training-log.csv']) {
        await writeFile(join(folder, 'model', file), 'of an earlier model')
      }
      const args = ['--data', 'photos', '--out', 'model', '--backbone', 'backbone', '--replace']
      const { code, stderr } = await run(args, folder)
      assert.equal(code, 0, stderr)
      const model = await loadModel(join(folder, 'model'))
      assert.ok(model.format === 'layers-model')
      const { card, topology } = model
      assert.equal(card.input.width, BACKBONE_SIZE)
      assert.ok(JSON.stringify(topology).includes('stage4_residual1'))
      const { training, evaluation } = await readCard(folder)
      assert.equal(training.method, 'transfer')
      assert.equal(card.name, 'backbone')
      assert.match(training.command, /--backbone backbone --views 8 --seed 1/)
      assert.ok(evaluation.accuracy.value >= 0.8, stderr)
      assert.deepEqual((await readdir(join(folder, 'model'))).sort(), [
        ...['card.json', 'model.json', 'weights.bin'],
      ])
    })
  })

  it('leaves out each source in turn, and tells how well its photos are told', async () => {
    await withPhotos(async (folder) => {
      // Photos 0 to 4 are from one source, 5 to 9 from another, but for drink, which has but one.
      const rows = LABELS.flatMap((label) =>
        Array.from({ length: 10 }, (_, i) => {
          const source = i < 5 || label === 'drink' ? 'one/source' : 'other'
          const split = ['val', 'test'][[4, 9].indexOf(i)] ?? 'train'
          return `${label}/${i}.jpg,${label},${split},${label}${i},${source},A`
        }),
      )
      const header = 'file,label,split,group,source_repo,licence_tier'
      await writeFile(join(folder, 'photos/manifest.csv'), [header, ...rows, ''].join('\n'))
      const args = ['--teacher', 'backbone', '--views', '1', '--leave-one-source-out']
      const { code, stderr } = await run([...OPTIONS, ...args], folder)
      assert.equal(code, 0, stderr)
      const text = await readFile(join(folder, 'model/leave-one-source-out.json'), 'utf8')
      const { sources, minutes, teacherMinutes } = JSON.parse(text) as SourcesReport
      assert.deepEqual([typeof minutes, typeof teacherMinutes], ['number', 'number'])
      const labels = ['food', 'inside', 'menu', 'outside']
      assert.deepEqual(
        sources.map((one) => [one.source, [...one.labels].sort(), one.photos]),
        [
          ['one/source', labels, 20],
          ['other', labels, 20],
        ],
      )
      for (const { accuracy, perLabel } of sources) {
        const right = Object.values(perLabel).reduce((sum, one) => sum + one.right, 0)
        assert.equal(accuracy.value, right / 20)
        assert.equal(perLabel['food']?.photos, 5)
      }
      const checkpoints = await readdir(join(folder, '.cache/training'))
      assert.deepEqual(checkpoints.sort(), ['tiny-without-one-source', 'tiny-without-other'])
      const again = await run([...OPTIONS, ...args], folder)
      assert.equal(again.code, 73, again.stderr)
      assert.match(again.stderr, /leave-one-source-out\.json is there already: --replace lets it/)
      assert.equal(await readFile(join(folder, 'model/leave-one-source-out.json'), 'utf8'), text)
    })
  })

  it('exits with 65 and says what is wrong with a backbone', async () => {
    await withPhotos(async (folder) => {
      const { code, stderr } = await run([...OPTIONS, '--teacher', 'photos'], folder)
      assert.equal(code, 65)
      assert.match(stderr, /^the backbone's file photos\/model\.json cannot be read\n$/m)
    })
  })
})

interface CardText {
  readonly training: TrainingFacts
  readonly evaluation: { readonly accuracy: { readonly value: number } }
}

const readCard = async (folder: string): Promise<CardText> =>
  JSON.parse(await readFile(join(folder, 'model', 'card.json'), 'utf8')) as CardText

/** A folder with ten photos of each label, and a backbone. */
async function withPhotos(use: (folder: string) => Promise<void>): Promise<void> {
  const photos = Object.entries(await renderPhotos(10))
  const backbone = Object.entries(await createBackboneFiles())
  const files = [
    ...photos.map(([file, photo]) => [`photos/${file}`, photo] as const),
    ...backbone.map(([file, bytes]) => [`backbone/${file}`, bytes] as const),
  ]
  await withFolder(Object.fromEntries(files), use)
}
