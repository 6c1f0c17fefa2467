import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { loadTrainingEngine } from '../../model-training/engine'
import { createPhotoNet } from '../../model-training/networks/photo-net'
import { createPaperCnn } from '../../model-training/networks/paper-cnn'
import { train } from '../../model-training/train'
import { readNetworkWeights } from '../../model-training/weights'
import { skipUnless } from '../helpers/optional'
import { whyNoTensorflow } from '../helpers/tensorflow'
import { createPhotos } from './solid-photos'

const SIZE = 16

async function trainTiny(create: typeof createPhotoNet) {
  const network = create({ size: SIZE, labelCount: 5, seed: 1, widthFactor: 0.125 })
  const { store, labels } = createPhotos(24, { size: 24, labels: 2, seed: 1 })
  const { log } = await train(network, {
    lessons: { photos: store, labels },
    validation: createPhotos(6, { size: SIZE, labels: 2, seed: 2 }),
    ...{ scale: 1 / 127.5, offset: -1, epochs: 6, patience: 9, seed: 1, batchSize: 8 },
    ...{ learningRate: 0.05, weightDecay: 1e-4, trainingSize: SIZE },
    viewing: { seed: 1, smallestArea: 0.4, mixedShare: 0 },
  })
  const weights = readNetworkWeights(network).map(({ values }) => values)
  network.dispose()
  return { losses: log.map(({ loss }) => loss), weights }
}

describe('loadTrainingEngine', () => {
  let earlier: string | undefined
  before(() => {
    earlier = tf.getBackend()
  })
  after(async () => {
    if (earlier !== undefined) await tf.setBackend(earlier)
  })

  it('takes tfjs-node where it is built', async function () {
    skipUnless(this, whyNoTensorflow())
    const { name, notice } = await loadTrainingEngine()
    assert.deepEqual(
      [name, notice, tf.getBackend()],
      ['@tensorflow/tfjs-node', undefined, 'tensorflow'],
    )
  })

  for (const [name, create] of Object.entries({ createPhotoNet, createPaperCnn })) {
    it(`trains on WebAssembly, with equal weights for equal seeds: ${name}`, async () => {
      const engine = await loadTrainingEngine('wasm')
      assert.equal(engine.name, '@tensorflow/tfjs-backend-wasm')
      assert.equal(tf.getBackend(), 'wasm')
      const [first, again] = [await trainTiny(create), await trainTiny(create)]
      assert.deepEqual(again, first)
      assert.ok(first.losses.at(-1)! < first.losses[0]! * 0.8, first.losses.join(' '))
    })

    it(`learns on WebAssembly what it learns on tfjs-node: ${name}`, async function () {
      skipUnless(this, whyNoTensorflow())
      await loadTrainingEngine('wasm')
      const wasm = await trainTiny(create)
      await loadTrainingEngine('tensorflow')
      const tensorflow = await trainTiny(create)
      // The first epoch's differ by rounding alone, which then grows from step to step.
      const [here, there] = [wasm.losses[0]!, tensorflow.losses[0]!]
      assert.ok(Math.abs(here - there) < 1e-3, `${here} and ${there}`)
    })
  }
})
