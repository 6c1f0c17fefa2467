import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { toBytes, toCheckpoint } from '../../model-training/checkpoint'
import { DivergedError } from '../../model-training/diverged-error'
import { evaluate } from '../../model-training/evaluate'
import { joinStores } from '../../model-training/join-stores'
import { createPhotoNet } from '../../model-training/networks/photo-net'
import type { Progress } from '../../model-training/progress'
import type { Teacher } from '../../model-training/teacher'
import type { StepProgress } from '../../model-training/tell-progress'
import { train, type Lessons, type TrainOptions } from '../../model-training/train'
import { readNetworkWeights, type Weights } from '../../model-training/weights'
import { createPhotos } from './solid-photos'
import { useBackend } from './use-backend'

const SIZE = 16
const SCALING = { scale: 1 / 127.5, offset: -1 }
const LABEL_COUNT = 5
const TEACHER_WIDTH = 1000

const createTiny = (seed: number) =>
  createPhotoNet({ size: SIZE, labelCount: LABEL_COUNT, seed, widthFactor: 0.125 })

const labelled = createPhotos(40, { size: 24, labels: 2, seed: 1 })
const unlabelled = createPhotos(24, { size: 24, labels: 2, seed: 4 })

const OPTIONS = {
  lessons: { photos: labelled.store, labels: labelled.labels } as Lessons,
  validation: createPhotos(10, { size: SIZE, labels: 2, seed: 2 }),
  ...SCALING,
  epochs: 3,
  patience: 100,
  seed: 1,
  batchSize: 8,
  learningRate: 0.05,
  weightDecay: 1e-4,
  trainingSize: 12,
  viewing: { seed: 1, smallestArea: 0.4, mixedShare: 0 },
}

/** Knows every photo, and gives features that only depend on what it shows. */
function createKnowingTeacher(): Teacher & { readonly asked: number[] } {
  const truth = [...labelled.labels, ...unlabelled.labels]
  const asked: number[] = []
  return {
    width: TEACHER_WIDTH,
    views: 2,
    asked,
    open(view) {
      asked.push(view)
      return Promise.resolve({
        opinionOf: (places) => ({
          // As many as real ones have: the fewer there are, the more each of them weighs.
          features: tf.tensor2d(
            places.map((place) => new Array<number>(TEACHER_WIDTH).fill(truth[place] ? 1 : -1)),
          ),
          logits: tf.tensor2d(
            places.map((place) =>
              Array.from({ length: LABEL_COUNT }, (_, label) => (label === truth[place] ? 5 : 0)),
            ),
          ),
        }),
      })
    },
  }
}

/** Only photos of one kind have a label: the other kind is the teacher's secret. */
const taught = (teacher?: Teacher): Lessons => ({
  photos: joinStores([labelled.store, unlabelled.store]),
  labels: [...labelled.labels, ...unlabelled.labels].map((label) => (label === 0 ? 0 : undefined)),
  teacher,
})

async function trainTiny(seed: number, options: Partial<TrainOptions> = {}) {
  const network = createTiny(seed)
  try {
    const progress = await train(network, { ...OPTIONS, seed, ...options })
    return { weights: readNetworkWeights(network), progress }
  } finally {
    network.dispose()
  }
}

async function measureTrained(options: Partial<typeof OPTIONS>): Promise<number> {
  const network = createTiny(1)
  await train(network, { ...OPTIONS, ...options })
  const photos = createPhotos(20, { size: SIZE, labels: 2, seed: 3 })
  const { accuracy } = evaluate(network, photos, { ...SCALING, split: 'test' })
  network.dispose()
  return accuracy.value
}

/** Trains, is stopped after two epochs, and trains on from what was kept. */
async function trainInterrupted(options: Partial<typeof OPTIONS>) {
  const settings = { seed: 1 }
  let kept: Uint8Array = new Uint8Array()
  const onEpoch = (progress: Progress) => {
    if (progress.log.length < 2) return
    kept = toBytes({ settings, trainingTime: 1, progress })
    throw new Error('stopped')
  }
  const interrupted = createTiny(1)
  await assert.rejects(train(interrupted, { ...OPTIONS, ...options, onEpoch }), /stopped/)
  interrupted.dispose()
  const network = createTiny(1)
  const { progress } = toCheckpoint(kept, settings)
  const resumed = await train(network, { ...OPTIONS, ...options, from: progress })
  const weights = readNetworkWeights(network)
  network.dispose()
  return { weights, progress: resumed }
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
    const { progress } = await trainTiny(1, { epochs: 30 })
    const [first, last] = [progress.log[0], progress.log.at(-1)]
    assert.ok((last?.loss ?? 9) < (first?.loss ?? 0) / 2, JSON.stringify(progress.log))
    assert.equal(await measureTrained({ epochs: 30 }), 1)
  })

  it('learns from a teacher what no label tells', async () => {
    const alone = { epochs: 12, lessons: taught() }
    const withTeacher = { epochs: 12, lessons: taught(createKnowingTeacher()) }
    assert.equal(await measureTrained(withTeacher), 1)
    assert.equal(await measureTrained(alone), 0.5)
  })

  it('asks a teacher for its views in turn', async () => {
    const teacher = createKnowingTeacher()
    await trainTiny(1, { epochs: 5, lessons: taught(teacher) })
    assert.deepEqual(teacher.asked, [0, 1, 0, 1, 0])
  })

  for (const [title, lessons] of [
    ['alone', OPTIONS.lessons],
    ['with a teacher', taught(createKnowingTeacher())],
  ] as const) {
    it(`goes on from a checkpoint as if it had never stopped, ${title}`, async () => {
      const whole = await trainTiny(1, { lessons })
      const resumed = await trainInterrupted({ lessons })
      assert.deepEqual(valuesOf(resumed.weights), valuesOf(whole.weights))
      assert.deepEqual(resumed.progress.log, whole.progress.log)
    })
  }

  it('ends when the validation loss has not fallen for as many epochs as its patience, with the weights of the lowest', async () => {
    // The labels of the validation part are wrong: the better it learns, the higher their loss.
    const { validation } = OPTIONS
    const wrong = { ...validation, labels: validation.labels.map((label) => 1 - label) }
    const { progress, weights } = await trainTiny(1, {
      ...{ epochs: 30, patience: 3, validation: wrong },
    })
    assert.equal(progress.log.length, progress.best.epoch + 3)
    assert.ok(progress.log.length < 30)
    const losses = progress.log.map(({ validationLoss }) => validationLoss)
    assert.equal(progress.best.epoch, losses.indexOf(Math.min(...losses)) + 1)
    assert.deepEqual(valuesOf(weights), valuesOf(progress.best.weights))
    assert.notDeepEqual(valuesOf(weights), valuesOf(progress.average.weights))
  })

  it('ends after all its epochs with the averaged weights of the last one', async () => {
    const { validation } = OPTIONS
    const wrong = { ...validation, labels: validation.labels.map((label) => 1 - label) }
    const { weights, progress } = await trainTiny(1, { epochs: 4, validation: wrong })
    assert.ok(progress.best.epoch < 4)
    assert.deepEqual(valuesOf(weights), valuesOf(progress.average.weights))
    assert.notDeepEqual(valuesOf(progress.average.weights), valuesOf(progress.weights))
  })

  it('ends where a loss is none of a training, says in which epoch, and keeps nothing of it', async () => {
    const kept: number[] = []
    const onEpoch = ({ log }: Progress) => void kept.push(log.length)
    const diverging = { learningRate: 1e30, onEpoch }
    await assert.rejects(trainTiny(1, diverging), (error: Error) => {
      assert.ok(error instanceof DivergedError, error.stack)
      return /in epoch 1 its loss is (NaN|-?Infinity|\d\.\d+e\+\d+).*report the network/.test(
        error.message,
      )
    })
    assert.deepEqual(kept, [])
  })

  it('tells of every step, and can be stopped after each', async () => {
    const told: string[] = []
    const controller = new AbortController()
    const onStep = ({ epoch, done, all }: StepProgress) => {
      told.push(`${epoch}: ${done} of ${all}`)
      if (told.length === 7) controller.abort(new Error('stopped'))
    }
    await assert.rejects(trainTiny(1, { onStep, signal: controller.signal }), /stopped/)
    assert.deepEqual(told, [
      ...[1, 2, 3, 4, 5].map((done) => `1: ${done} of 5`),
      ...['2: 1 of 5', '2: 2 of 5'],
    ])
  })

  it('leaves no tensors of its steps behind', async () => {
    const lessons = taught(createKnowingTeacher())
    await trainTiny(1, { epochs: 1, lessons })
    const { numTensors } = tf.memory()
    await trainTiny(1, { epochs: 1, lessons })
    // An optimizer of tfjs never lets go of the scalar that holds its learning rate.
    assert.ok(tf.memory().numTensors <= numTensors + 1, `${tf.memory().numTensors - numTensors}`)
  })
})

describe('toCheckpoint', () => {
  const progress = {
    ...{ log: [], weights: [], velocities: [], projection: [] },
    average: { weights: [], steps: 0 },
    best: { epoch: 1, weights: [] },
  }

  it('refuses a training with other settings, naming them', () => {
    const bytes = toBytes({ settings: { seed: 1, size: 96 }, trainingTime: 1, progress })
    assert.throws(() => toCheckpoint(bytes, { seed: 1, size: 64 }), /another size;/)
  })

  it('refuses damaged bytes', () => {
    assert.throws(() => toCheckpoint(new Uint8Array([1, 2, 3]), {}), /damaged/)
  })
})
