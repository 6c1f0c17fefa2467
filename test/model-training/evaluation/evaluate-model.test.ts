import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  DEFAULT_LIMITS,
  LABELS,
  loadDecoder,
  loadEngine,
  loadModel,
  type ModelCard,
} from '../../../inference/index'
import { createClassifier } from '../../../inference/classify'
import { readDataset } from '../../../model-training/dataset'
import { DataError } from '../../../model-training/evaluation/data-error'
import {
  evaluateModel,
  type EvaluateOptions,
} from '../../../model-training/evaluation/evaluate-model'
import type { ModelEvaluation } from '../../../model-training/evaluation/model-evaluation'
import { toJson } from '../../../model-training/evaluation/to-json'
import { NoToolError } from '../../../model-training/evaluation/tools'
import { COMMITTED_MODELS } from '../../helpers/committed-models'
import { writeGraphModel } from '../../helpers/graph-model'
import { createOnnx, writeOnnxModel } from '../../helpers/onnx-model'
import { skipUnless } from '../../helpers/optional'
import { writeTinyModel } from '../../helpers/tiny-model'
import { whyNoTensorflow } from '../../helpers/tensorflow'
import { renderPhotos } from '../solid-photos'
import { withFolder } from '../temporary-folder'
import { changeModel } from './change-model'
import { near } from './judgements'
import { createData } from './labelled-data'

type Measured = Extract<ModelEvaluation['robustness'], { state: 'measured' }>

/** Ten photos in each of the changes, by every engine and decoder; an engine differs from another by rounding only. */
function assertEveryChange({ variants, rows }: Measured): void {
  const names = Object.keys(variants)
  assert.equal(names.length, 11)
  assert.deepEqual(
    rows.map(({ variant, decoder, engine }) => `${variant} ${decoder} ${engine}`),
    names.flatMap((variant) =>
      ['sharp', 'wasm', 'jimp'].flatMap((decoder) =>
        ['onnx', 'tensorflow', 'wasm'].map((engine) => `${variant} ${decoder} ${engine}`),
      ),
    ),
  )
  for (const [i, { variant, photos, failed, meanDifference }] of rows.entries()) {
    assert.deepEqual([photos, failed], [10, 0])
    if (variant.startsWith('exif')) assert.ok(meanDifference < 0.2, `${variant} ${meanDifference}`)
    near(meanDifference, rows[i - (i % 3)]!.meanDifference, 1e-4)
  }
}

describe('evaluateModel', function () {
  // Each engine and decoder is a process that compiles its code first.
  this.timeout(240_000)
  let modelFolder = ''
  beforeEach(async () => {
    modelFolder = await writeTinyModel()
  })
  afterEach(() => rm(modelFolder, { recursive: true }))

  const spare: Partial<EvaluateOptions> = {
    ...{ engines: ['onnx'], decoders: ['sharp'], robustness: false, cpu: false },
  }
  const run = (dataFolder: string, options: Partial<EvaluateOptions> = {}) =>
    evaluateModel({ ...spare, modelFolder, dataFolder, ...options })

  it('gives what serving answers, photo by photo', async () => {
    await withFolder(await createData(), async (folder) => {
      const evaluation = await run(folder)
      const model = await loadModel(modelFolder)
      const [engine, decoder] = [await loadEngine(model, 'onnx'), await loadDecoder('sharp')]
      const classify = createClassifier({ model, engine, decoder, limits: DEFAULT_LIMITS })
      const files = LABELS.flatMap((label) => [`${label}/3.jpg`, `${label}/4.jpg`])
      const photos = await Promise.all(files.map((file) => readFile(join(folder, file))))
      const answers = await classify(photos)
      await engine.close()
      const confusion = LABELS.map(() => LABELS.map(() => 0))
      let [loss, wrong] = [0, 0]
      for (const [i, answer] of answers.entries()) {
        if (answer.state !== 'completed') throw new Error('the photos are good')
        const truth = files[i]?.split('/')[0] ?? ''
        const { label, probabilities } = answer.prediction
        const row = confusion[LABELS.findIndex((name) => name === truth)]
        const place = LABELS.findIndex((name) => name === label)
        if (row?.[place] !== undefined) row[place] += 1
        loss -= Math.log(probabilities[truth] ?? 0) / photos.length
        if (label === truth) continue
        wrong += 1
        const mistake = evaluation.mistakes.find(({ file }) => file === files[i])
        assert.equal(mistake?.predicted, label)
        near(mistake.probability, probabilities[label] ?? 0, 1e-6)
      }
      assert.deepEqual(evaluation.confusion, confusion)
      near(evaluation.loss, loss, 1e-5)
      assert.equal(evaluation.photos, 10)
      assert.equal(evaluation.mistakes.length, wrong)
      const { name, sha256 } = model.card
      assert.deepEqual(evaluation.model, { name, sha256, labels: LABELS })
    })
  })

  it('tells of the parts of the data, and tries a temperature', async () => {
    const { data, heldoutSources, unseenSources, perTier, calibration } = await withFolder(
      await createData(),
      (folder) => run(folder),
    )
    assert.deepEqual(data, {
      ...{ split: 'test', splitFrom: 'data', seed: 1, photosPerLabel: null, unused: {} },
    })
    assert.equal(heldoutSources?.photos, 5)
    assert.equal(unseenSources?.photos, 5)
    assert.equal(perTier['A']?.photos, 10)
    const { temperatureScaling } = calibration
    assert.equal(temperatureScaling.state, 'fitted')
    assert.equal(temperatureScaling.validationPhotos, 10)
    assert.equal(temperatureScaling.photos, 10)
    near(temperatureScaling.before.ece, calibration.ece)
  })

  it('tests on the parts that the model learnt with, by seed and sample of its card', async () => {
    const training = { seed: 7, photosPerLabel: 12 }
    await changeModel(modelFolder, { card: { training } })
    await withFolder(await renderPhotos(15), async (folder) => {
      const dataset = await readDataset(folder, { ...training, tiers: [] })
      const tested = dataset.entries.filter(({ split }) => split === 'test')
      const names = new Set(tested.map(({ file }) => file))
      const isTested = ({ file }: { readonly file: string }) => names.has(file)
      const own = await run(folder, { split: 'test' })
      assert.deepEqual(own.data, {
        ...{ split: 'test', splitFrom: 'seed', ...training },
        unused: { 'beyond 12 photos of its label': 15 },
      })
      assert.equal(own.photos, tested.length)
      assert.ok(own.mistakes.length > 0 && own.mistakes.every(isTested))
      assert.match(own.warnings.join(), /by the seed 7, which the model learnt with/)
      const other = await run(folder, { split: 'test', seed: 8 })
      assert.equal(other.data.seed, 8)
      assert.match(
        other.warnings.join(),
        /but the model learnt with the seed 7: it may have learnt/,
      )
      assert.ok(!other.mistakes.every(isTested))
    })
  })

  it('measures every engine, decoder and changed photo that it can', async function () {
    skipUnless(this, whyNoTensorflow())
    const told: number[] = []
    const evaluation = await withFolder(await createData(), (folder) =>
      run(folder, {
        ...{ engines: ['wasm', 'tensorflow', 'onnx'], decoders: ['jimp', 'sharp', 'wasm'] },
        ...{ robustness: true, cpu: true, onProgress: ({ share }) => told.push(share) },
      }),
    )
    toJson(evaluation)
    assert.deepEqual(evaluation.reference, { engine: 'onnx', decoder: 'sharp' })
    assert.deepEqual(Object.keys(evaluation.engines), ['onnx', 'tensorflow', 'wasm'])
    assert.deepEqual(Object.keys(evaluation.decoders), ['sharp', 'wasm', 'jimp'])
    assert.equal(evaluation.pairs.length, 9)
    for (const { decoder, photos, largestDifference } of evaluation.pairs) {
      assert.equal(photos, 10)
      // The same pixels give the same on each engine; the solid photos hardly differ by decoder.
      assert.ok(largestDifference < (decoder === 'sharp' ? 1e-4 : 0.2), String(largestDifference))
    }
    for (const { predictCpuMs, decodeCpuMs, predictCpu } of Object.values(evaluation.engines)) {
      assert.ok((predictCpuMs ?? 0) > 0 && (decodeCpuMs ?? 0) > 0)
      assert.equal(predictCpu?.batch1.value, predictCpuMs)
    }
    const { robustness } = evaluation
    if (robustness.state !== 'measured') throw new Error('changed photos were asked for')
    assertEveryChange(robustness)
    assert.ok(told.every((share, i) => share >= (told[i - 1] ?? 0)))
    near(told.at(-1), 1, 1e-6)
  })

  it('lists photos that are missing or damaged, and evaluates the others', async () => {
    const files = { 'food/cut.jpg': 'no photo', 'menu/empty.jpg': '' }
    await withFolder(await createData(files), async (folder) => {
      await rm(join(folder, 'drink/4.jpg'))
      const { photos, failed } = await run(folder)
      assert.equal(photos, 9)
      assert.deepEqual(
        [...failed].sort((a, b) => (a.file < b.file ? -1 : 1)),
        [
          { file: 'drink/4.jpg', reason: 'missing file' },
          { file: 'food/cut.jpg', reason: 'damaged photo (UNSUPPORTED_PHOTO)' },
          { file: 'menu/empty.jpg', reason: 'damaged photo (EMPTY_PHOTO)' },
        ],
      )
    })
  })

  it('refuses data of which no photo can be decoded', async () => {
    await withFolder({ 'food/1.jpg': 'no photo' }, (folder) =>
      assert.rejects(run(folder), (error) => {
        assert.ok(error instanceof DataError)
        assert.match(error.message, /none of the 1 photos .* food\/1\.jpg: damaged photo/)
        return true
      }),
    )
  })

  it('goes on without an engine that cannot run the model, and says why', async () => {
    await changeModel(modelFolder, { modelJson: (text) => text.replaceAll('"relu"', '"mish"') })
    const { unavailable, reference, engines, pairs } = await withFolder(
      await createData(),
      (folder) => run(folder, { engines: ['onnx', 'wasm'] }),
    )
    assert.equal(reference.engine, 'wasm')
    assert.deepEqual(Object.keys(engines), ['wasm'])
    assert.equal(pairs.length, 1)
    const [onnx] = unavailable
    assert.deepEqual([onnx?.kind, onnx?.name], ['engine', 'onnx'])
    assert.match(onnx?.reason ?? '', /mish/)
  })

  for (const [name, write, engines] of [
    ['a graph model', () => writeGraphModel(), ['tensorflow', 'wasm']],
    ['an ONNX file', () => writeOnnxModel(createOnnx({ labels: 5 }), { labels: LABELS }), ['onnx']],
  ] as const) {
    it(`evaluates ${name} with the engines that run it`, async () => {
      const folder = await write()
      try {
        const { photos, accuracy, unavailable, ...evaluation } = await withFolder(
          await createData(),
          (data) => run(data, { modelFolder: folder, engines: ['onnx', 'tensorflow', 'wasm'] }),
        )
        assert.equal(photos, 10)
        assert.ok(accuracy.lower <= accuracy.value && accuracy.value <= accuracy.upper)
        const there = Object.keys(evaluation.engines)
        assert.deepEqual(
          there,
          engines.filter((engine) => there.includes(engine) || engine !== 'tensorflow'),
        )
        for (const { name: engine, reason } of unavailable) {
          if (engine !== 'tensorflow') assert.match(reason, /which only the engines? .* runs?/)
        }
        assert.equal(unavailable.length + there.length, 3)
      } finally {
        await rm(folder, { recursive: true })
      }
    })
  }

  it('refuses a model that answers no probabilities, or too few', async () => {
    const wrong = [
      [{ modelJson: (text: string) => text.replace('"softmax"', '"linear"') }, /no probabilities/],
      [{ card: { labels: ['food', 'menu'] } }, /5\].* 2 labels/],
    ] as const
    for (const [changes, message] of wrong) {
      const folder = await writeTinyModel()
      await changeModel(folder, changes)
      await withFolder({ 'food/1.jpg': '' }, (data) =>
        assert.rejects(run(data, { modelFolder: folder, engines: ['wasm'] }), (error) => {
          assert.ok(error instanceof NoToolError)
          assert.match(error.message, message)
          return true
        }),
      )
      await rm(folder, { recursive: true })
    }
  })

  it('gives up at once where it is aborted', async () => {
    const controller = new AbortController()
    const onProgress = ({ share }: { readonly share: number }): void => {
      if (share > 0) controller.abort(new Error('enough'))
    }
    const { signal } = controller
    await withFolder(await createData(), (folder) =>
      assert.rejects(run(folder, { onProgress, signal, robustness: true }), /enough/),
    )
  })
})

describe('the evaluation of a committed model on real photos', function () {
  this.timeout(240_000)

  for (const { name, folder: modelFolder } of COMMITTED_MODELS) {
    it(`comes to what its card says: ${name}`, async function () {
      const dataFolder = process.env['PHOTOS_DIR'] ?? ''
      skipUnless(this, dataFolder === '' ? 'PHOTOS_DIR is not set' : undefined)
      const { card } = await loadModel(modelFolder)
      const { evaluation: said } = card as ModelCard & {
        readonly evaluation: {
          readonly photos: number
          readonly accuracy: { readonly value: number }
        }
      }
      const evaluation = await evaluateModel({
        ...{ modelFolder, dataFolder, engines: ['onnx'], decoders: ['sharp'] },
        ...{ robustness: false, cpu: false },
      })
      assert.equal(evaluation.photos, said.photos)
      assert.deepEqual(evaluation.failed, [])
      // The engines agree to 1e-4, which may turn a photo at the border.
      near(evaluation.accuracy.value, said.accuracy.value, 1.5 / said.photos)
    })
  }
})
