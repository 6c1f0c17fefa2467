import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { toBytes, toCheckpoint } from '../../model-training/checkpoint'
import { evaluate } from '../../model-training/evaluate'
import { createNetwork } from '../../model-training/network'
import { train, type Progress } from '../../model-training/train'
import { readNetworkWeights, type Weights } from '../../model-training/weights'
import { createPhotos } from './solid-photos'
import { useBackend } from './use-backend'

const SIZE = 16
const SCALING = { scale: 1 / 127.5, offset: -1 }

const createTiny = (seed: number) =>
  createNetwork({ size: SIZE, labelCount: 5, seed, widthFactor: 0.125 })

const OPTIONS = {
  training: createPhotos(40, { size: 18, labels: 2, seed: 1 }),
  validation: createPhotos(10, { size: SIZE, labels: 2, seed: 2 }),
  ...SCALING,
  epochs: 3,
  seed: 1,
  batchSize: 8,
}

async function trainTiny(seed: number, epochs = 3) {
  const network = createTiny(seed)
  try {
    const progress = await train(network, { ...OPTIONS, seed, epochs })
    return { weights: readNetworkWeights(network), progress }
  } finally {
    network.dispose()
  }
}

const valuesOf = (weights: Weights) => weights.map(({ values }) => values)

describe('train', () => {
  useBackend()

  it('gives equal weights for equal seeds and others for others', async () => {
    const first = await trainTiny(1)
    assert.deepEqual(valuesOf((await trainTiny(1)).weights), valuesOf(first.weights))
    assert.notDeepEqual(valuesOf((await trainTiny(2)).weights), valuesOf(first.weights))
  })

  it('learns to tell two colours apart', async () => {
    const network = createTiny(1)
    const { log } = await train(network, { ...OPTIONS, epochs: 8 })
    assert.ok((log.at(-1)?.loss ?? 9) < (log[0]?.loss ?? 0) / 2, JSON.stringify(log))
    const photos = createPhotos(20, { size: SIZE, labels: 2, seed: 3 })
    const { accuracy } = evaluate(network, photos, { ...SCALING, split: 'test' })
    network.dispose()
    assert.equal(accuracy.value, 1)
  })

  it('goes on from a checkpoint as if it had never stopped', async () => {
    const whole = await trainTiny(1)
    const settings = { seed: 1 }
    let kept = new Uint8Array()
    const interrupted = createTiny(1)
    const onEpoch = (progress: Progress) => {
      if (progress.log.length < 2) return
      kept = Buffer.from(toBytes({ settings, trainingTime: 1, progress }))
      throw new Error('stopped')
    }
    await assert.rejects(train(interrupted, { ...OPTIONS, onEpoch }), /stopped/)
    interrupted.dispose()

    const network = createTiny(1)
    const { progress } = toCheckpoint(kept, settings)
    const resumed = await train(network, { ...OPTIONS, from: progress })
    assert.deepEqual(valuesOf(readNetworkWeights(network)), valuesOf(whole.weights))
    assert.deepEqual(resumed.log, whole.progress.log)
    network.dispose()
  })

  it('leaves no tensors of its steps behind', async () => {
    await trainTiny(1, 1)
    const { numTensors } = tf.memory()
    await trainTiny(1, 1)
    // An optimizer of tfjs never lets go of the scalar that holds its learning rate.
    assert.ok(tf.memory().numTensors <= numTensors + 1)
  })
})

describe('toCheckpoint', () => {
  const progress = { log: [], weights: [], velocities: [], best: { epoch: 1, weights: [] } }

  it('refuses a training with other settings, naming them', () => {
    const bytes = toBytes({ settings: { seed: 1, size: 96 }, trainingTime: 1, progress })
    assert.throws(() => toCheckpoint(bytes, { seed: 1, size: 64 }), /another size;/)
  })

  it('refuses damaged bytes', () => {
    assert.throws(() => toCheckpoint(new Uint8Array([1, 2, 3]), {}), /damaged/)
  })
})
