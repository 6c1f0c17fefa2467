import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { createPaperCnn } from '../../model-training/networks/paper-cnn'
import { createRandom } from '../../model-training/random'
import { createTrainer, disposeTrainer, trainStep } from '../../model-training/step'
import { useBackend } from './use-backend'

const [BATCH, SIZE, TEACHER_WIDTH] = [32, 16, 1000]
const noise = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed)

describe('trainStep', () => {
  useBackend()

  // What a teacher asks for at first must not be answered with features of nothing but zeros.
  it('leaves a network without batch norm its features', () => {
    const network = createPaperCnn({ size: SIZE, labelCount: 5, seed: 1, widthFactor: 0.25 })
    const options = { labelWeights: [1, 1, 1, 1, 1], weightDecay: 0, teacherWidth: TEACHER_WIDTH }
    const trainer = createTrainer(network, options)
    const pixels = noise([BATCH, SIZE, SIZE, 3], 3) as tf.Tensor4D
    const teacher = {
      features: noise([BATCH, TEACHER_WIDTH], 4) as tf.Tensor2D,
      logits: tf.zeros<tf.Rank.R2>([BATCH, 5]),
    }
    const target = { labels: Array<undefined>(BATCH).fill(undefined), teacher }
    const meanFeature = () =>
      tf.tidy(() => tf.mean(trainer.body.predict(pixels) as tf.Tensor).dataSync()[0] ?? 0)
    const random = createRandom(1)
    const before = meanFeature()
    trainer.optimizer.setLearningRate(0.007)
    const losses = Array.from({ length: 40 }, () => trainStep(trainer, pixels, target, random).loss)
    assert.ok(meanFeature() > before / 2, `${before} has become ${meanFeature()}`)
    assert.ok(losses.at(-1)! < losses[0]! - 2, losses.join(' '))
    disposeTrainer(trainer)
    network.dispose()
    tf.dispose([pixels, teacher.features, teacher.logits])
  })
})
