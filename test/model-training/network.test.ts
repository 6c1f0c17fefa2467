import assert from 'node:assert/strict'
import * as tfl from '@tensorflow/tfjs-layers'
import { countMacs, createNetwork } from '../../model-training/network'
import { useBackend } from './use-backend'

/** What our ONNX converter knows. */
const KNOWN_LAYERS = new Set([
  'InputLayer',
  'Conv2D',
  'SeparableConv2D',
  'BatchNormalization',
  'ReLU',
  'MaxPooling2D',
  'GlobalAveragePooling2D',
  'Add',
  'Dense',
  'Softmax',
])

describe('createNetwork', () => {
  useBackend()

  it('stays within 60 million multiplications and 1 MB of weights at 96 px', () => {
    const network = createNetwork({ size: 96, labelCount: 5, seed: 1 })
    const macs = countMacs(network)
    const bytes = network.countParams() * 4
    const layers = network.layers.map((layer) => layer.getClassName())
    network.dispose()
    assert.ok(macs <= 60e6, `${macs} multiplications`)
    assert.ok(bytes <= 1e6, `${bytes} bytes`)
    assert.deepEqual(
      layers.filter((layer) => !KNOWN_LAYERS.has(layer)),
      [],
    )
  })
})

describe('countMacs', () => {
  useBackend()

  it('counts convolutions by place and dense layers once', () => {
    const network = tfl.sequential()
    network.add(tfl.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, strides: 2 }))
    network.add(tfl.layers.separableConv2d({ filters: 5, kernelSize: 3, padding: 'same' }))
    network.add(tfl.layers.flatten())
    network.add(tfl.layers.dense({ units: 2 }))
    const expected = 9 * (27 * 4) + 9 * (9 * 4 + 4 * 5) + 45 * 2
    assert.equal(countMacs(network), expected)
    network.dispose()
  })
})
