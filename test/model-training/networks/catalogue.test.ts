import assert from 'node:assert/strict'
import * as tfl from '@tensorflow/tfjs-layers'
import {
  NETWORK_NAMES,
  NETWORKS,
  type NetworkName,
} from '../../../model-training/networks/catalogue'
import { countMacs } from '../../../model-training/networks/count-macs'
import { useBackend } from '../use-backend'

const MEGABYTE = 1e6

function describeNetwork(name: NetworkName) {
  const { create, size } = NETWORKS[name]
  const network = create({ size, labelCount: 5, seed: 1 })
  const facts = {
    macs: countMacs(network),
    bytes: network.countParams() * 4,
    layers: network.layers.map((layer) => layer.getClassName()),
    outputShape: network.outputShape,
  }
  network.dispose()
  return facts
}

describe('the catalogue of networks', () => {
  useBackend()

  it('has photo-net within 60 million multiplications and 4 MB', () => {
    const { macs, bytes } = describeNetwork('photo-net')
    assert.ok(macs <= 60e6, `${macs} multiplications`)
    assert.ok(bytes <= 4 * MEGABYTE, `${bytes} bytes`)
  })

  it("has paper-cnn in the paper's shape: four convolutions, dense layers, about 11 MB", () => {
    const { bytes, layers } = describeNetwork('paper-cnn')
    assert.equal(layers.filter((name) => name === 'Conv2D').length, 4)
    assert.equal(layers.filter((name) => name === 'Dense').length, 2)
    assert.ok(bytes > 10.5 * MEGABYTE && bytes < 11.5 * MEGABYTE, `${bytes} bytes`)
  })

  for (const name of NETWORK_NAMES) {
    it(`has ${name} with one probability a label`, () => {
      assert.deepEqual(describeNetwork(name).outputShape, [null, 5])
    })
  }
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
