import assert from 'node:assert/strict'
import { join } from 'node:path'
import { encodeOnnx, loadModel, toOnnxGraph, type ModelCard } from '../../../inference/index'
import { compareGraphs } from '../../../model-training/export/compare-graphs'
import { toPixelBatches } from '../../../model-training/export/pixel-batches'
import { quantiseModel } from '../../../model-training/export/quantise/quantise-model'
import { readPhotoParts, type DecodedPhoto } from '../../../model-training/export/read-photos'
import { checkOnnx, whyNoOnnxChecker } from '../../helpers/onnx-checker'
import { skipUnless } from '../../helpers/optional'
import { readOptimisedOperators } from './read-operators'

const COMMITTED_MODEL = join(__dirname, '../../../inference/models/photo-net')
const CALIBRATION_PHOTOS = 100
const ALLOWED_LOSS = 0.005

describe('the committed model in 8 bits', function () {
  this.timeout(240_000)
  const folder = process.env['PHOTOS_DIR'] ?? ''
  let graphs: Parameters<typeof compareGraphs>[0]
  let unseen: readonly DecodedPhoto[]
  let card: ModelCard

  before(async function () {
    skipUnless(this, folder === '' ? 'PHOTOS_DIR names no folder of real photos' : undefined)
    const model = await loadModel(COMMITTED_MODEL)
    card = model.card
    const options = { model: model.card, seed: 1, signal: undefined }
    const parts = await readPhotoParts(folder, CALIBRATION_PHOTOS, options)
    const toBatches = (photos: readonly DecodedPhoto[]) =>
      toPixelBatches(
        photos.map(({ rgb }) => rgb),
        card.input,
      )
    const float32 = toOnnxGraph(model)
    const { graph } = await quantiseModel(float32, {
      card,
      calibration: toBatches(parts.calibration),
      validation: toBatches(parts.validation),
      weightBits: 7,
    })
    graphs = { float32, int8: graph }
    unseen = [...parts.validation, ...parts.test]
  })

  it('loses at most half a point on the validation and test photos', async () => {
    const { accuracy, photos } = await compareGraphs(graphs, unseen, { card, signal: undefined })
    assert.ok(photos > 500)
    assert.ok(accuracy.float32 > 0.7)
    const loss = accuracy.float32 - accuracy.int8
    assert.ok(loss <= ALLOWED_LOSS, `loses ${loss}`)
  })

  it('is a third as large, and computed in integers but for its ends', async () => {
    const [float32, int8] = [encodeOnnx(graphs.float32), encodeOnnx(graphs.int8)]
    assert.ok(int8.length < float32.length / 3)
    const { Conv = 0, Gemm = 0, QLinearConv = 0 } = await readOptimisedOperators(int8)
    assert.ok(Conv <= 1 && Gemm <= 1 && QLinearConv > 5)
  })

  it("is what Python's onnx.checker accepts", async function () {
    skipUnless(this, await whyNoOnnxChecker())
    assert.deepEqual(await checkOnnx(new Map([['int8', encodeOnnx(graphs.int8)]])), {})
  })
})
