import assert from 'node:assert/strict'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { activateBeforePooling } from '../../../../model-training/export/quantise/activate-before-pooling'
import {
  HEIGHT,
  toFunctional,
  toSequential,
  use,
  WIDTH,
  withRandomWeights,
} from '../../../inference/onnx/networks'
import { assertClose } from '../assert-close'
import { randomPixels } from '../random-pixels'
import { runGraph } from '../run-graph'
import { toGraph } from '../to-graph'

describe('activateBeforePooling', () => {
  before(() => tf.setBackend('cpu'))

  for (const [name, maxValue] of [
    ['ReLU', undefined],
    ['ReLU with a limit', 0.3],
  ] as const) {
    it(`puts a ${name} before the max pooling, which changes no answer`, async () => {
      const network = toSequential([
        layers.conv2d({ filters: 4, kernelSize: 3 }),
        layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
        layers.reLU({ ...(maxValue !== undefined && { maxValue }) }),
      ])
      const graph = await toGraph(withRandomWeights(network))
      const changed = activateBeforePooling(graph)
      const operator = maxValue === undefined ? 'Relu' : 'Clip'
      assert.deepEqual(changed.nodes.map((node) => node.operator).slice(1, 4), [
        'Conv',
        operator,
        'MaxPool',
      ])
      const pixels = randomPixels(2 * HEIGHT * WIDTH * 3)
      assertClose(await runGraph(changed, pixels, 2), await runGraph(graph, pixels, 2), 0)
    })
  }

  it('leaves a ReLU where something else takes what was pooled', async () => {
    const network = toFunctional((pixels) => {
      const pooled = use(layers.maxPooling2d({}), pixels)
      return use(layers.add(), [pooled, use(layers.reLU(), pooled)])
    })
    const graph = await toGraph(withRandomWeights(network))
    assert.deepEqual(activateBeforePooling(graph), graph)
  })
})
