import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { evaluate, measure } from '../../model-training/evaluate'
import { createEntry, createPhotos } from './solid-photos'
import { useBackend } from './use-backend'

/** Always says the second label. */
function createStubbornNetwork(): tfl.LayersModel {
  const network = tfl.sequential()
  network.add(tfl.layers.flatten({ inputShape: [4, 4, 3] }))
  network.add(tfl.layers.dense({ units: 5, kernelInitializer: 'zeros' }))
  network.add(tfl.layers.softmax())
  const bias = tf.tensor1d([0, 2, 0, 0, 0])
  network.weights.at(-1)?.write(bias)
  bias.dispose()
  return network
}

describe('evaluate', () => {
  useBackend()

  it('counts truth in rows and predictions in columns', () => {
    const photos = createPhotos(15, { size: 4, labels: 5, seed: 1 })
    const network = createStubbornNetwork()
    const evaluation = evaluate(network, photos, { scale: 1, offset: 0, split: 'test' })
    network.dispose()
    assert.deepEqual(evaluation.confusion, Array(5).fill([0, 3, 0, 0, 0]))
    const { drink, menu } = evaluation.perLabel
    assert.deepEqual([drink?.precision, drink?.recall], [0.2, 1])
    assert.deepEqual([menu?.precision, menu?.recall], [null, 0])
    assert.equal(evaluation.accuracy.value, 0.2)
    assert.equal(evaluation.heldoutSources, undefined)
  })

  it('tells accuracy and balanced accuracy of photos from unseen sources', () => {
    const photos = createPhotos(15, { size: 4, labels: 5, seed: 1 })
    // One photo of the first label and three of the second, which alone is ever predicted.
    const heldout = [0, 1, 6, 11]
    const entries = photos.entries.map((_, i) =>
      createEntry({ heldoutSource: heldout.includes(i) }),
    )
    const network = createStubbornNetwork()
    const options = { scale: 1, offset: 0, split: 'test' }
    const { heldoutSources } = evaluate(network, { ...photos, entries }, options)
    network.dispose()
    assert.equal(heldoutSources?.photos, 4)
    assert.equal(heldoutSources.accuracy.value, 0.75)
    assert.equal(heldoutSources.balancedAccuracy, 0.5)
  })
})

describe('measure', () => {
  it('gives mean cross entropy in nats and accuracy', () => {
    const rows = [Float32Array.of(0.5, 0.25, 0.25), Float32Array.of(0.5, 0.25, 0.25)]
    const { loss, accuracy } = measure(rows, [0, 1])
    assert.equal(accuracy, 0.5)
    assert.ok(Math.abs(loss - Math.log(8) / 2) < 1e-12)
  })

  it('stays finite where a probability is rounded to 0', () => {
    assert.ok(Number.isFinite(measure([Float32Array.of(1, 0)], [1]).loss))
  })
})
