import assert from 'node:assert/strict'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { calibrateNetwork } from '../../model-training/calibrate-network'
import { predict, toJudgements } from '../../model-training/evaluate'
import { toLoss } from '../../model-training/evaluation/metrics'
import { heat } from '../../model-training/evaluation/temperature'
import { createPhotoNet } from '../../model-training/networks/photo-net'
import type { LabelledPhotos } from '../../model-training/photos'
import { readNetworkWeights } from '../../model-training/weights'
import { createPhotos } from './solid-photos'
import { useBackend } from './use-backend'

const SIZE = 32
const NORMALISATION = { scale: 1 / 127.5, offset: -1 }

const createTiny = () => createPhotoNet({ size: SIZE, labelCount: 5, seed: 1, widthFactor: 0.125 })

const photos = createPhotos(40, { size: SIZE, labels: 5, seed: 1 })

/** The photos with labels of which all but some are what the network predicts. */
function label(network: LayersModel, wrong: number): LabelledPhotos {
  const predicted = predict(network, photos, NORMALISATION)
  const labels = predicted.map((row) => row.indexOf(Math.max(...row)))
  return { ...photos, labels: labels.map((place, i) => (i < wrong ? (place + 1) % 5 : place)) }
}

describe('calibrateNetwork', () => {
  useBackend()

  it('leaves no temperature that lowers the loss, and every prediction as it was', () => {
    const network = createTiny()
    const { labels } = label(network, 8)
    const before = toJudgements(predict(network, photos, NORMALISATION), labels)
    const temperature = calibrateNetwork(network, { ...photos, labels }, NORMALISATION) ?? NaN
    const after = toJudgements(predict(network, photos, NORMALISATION), labels)
    network.dispose()
    const lossAt = (factor: number): number => toLoss(heat(after, factor)) ?? Number.NaN
    assert.ok(lossAt(1) < lossAt(0.95))
    assert.ok(lossAt(1) < lossAt(1.05))
    for (const [i, { probabilities }] of heat(before, temperature).entries()) {
      for (const [label, probability] of probabilities.entries()) {
        const calibrated = after[i]?.probabilities[label] ?? Number.NaN
        assert.ok(Math.abs(calibrated - probability) < 1e-5, `${i}: ${label}`)
      }
    }
  })

  it('changes nothing where too few are wrong to tell a temperature', () => {
    const network = createTiny()
    const weights = readNetworkWeights(network)
    const predicted = predict(network, photos, NORMALISATION)
    const labels = predicted.map((row) => row.indexOf(Math.max(...row)))
    const twoWrong = labels.map((label, i) => (i < 2 ? (label + 1) % 5 : label))
    assert.equal(
      calibrateNetwork(network, { ...photos, labels: twoWrong }, NORMALISATION),
      undefined,
    )
    assert.deepEqual(readNetworkWeights(network), weights)
    network.dispose()
  })
})
