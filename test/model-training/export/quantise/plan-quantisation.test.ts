import assert from 'node:assert/strict'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { layers, type LayersModel } from '@tensorflow/tfjs-layers'
import { activateBeforePooling } from '../../../../model-training/export/quantise/activate-before-pooling'
import { planQuantisation } from '../../../../model-training/export/quantise/plan-quantisation'
import { toFunctional, toSequential, use } from '../../../inference/onnx/networks'
import { toGraph } from '../to-graph'

const { conv2d, dense, flatten, maxPooling2d, reLU } = layers

const convolve = (name: string) => conv2d({ name, filters: 4, kernelSize: 3, padding: 'same' })

async function plan(network: LayersModel) {
  const {
    tensors,
    layers: planned,
    cutOff,
  } = planQuantisation(activateBeforePooling(await toGraph(network)))
  return {
    tensors: Object.fromEntries(tensors),
    layers: [...planned],
    cutOff: Object.fromEntries(cutOff),
  }
}

describe('planQuantisation', () => {
  before(() => tf.setBackend('cpu'))

  it('leaves the first convolution and the last layer as they are', async () => {
    const network = toSequential([convolve('one'), reLU({ name: 'r' }), convolve('two')])
    assert.deepEqual(await plan(network), {
      layers: ['two/Conv'],
      tensors: { 'r/Relu': 'r/Relu', 'two/Conv': 'two/Conv' },
      cutOff: {},
    })
  })

  it('takes the first convolution along before a max pooling, from the pixels as they come', async () => {
    const body = [convolve('one'), maxPooling2d({ name: 'p' }), reLU({ name: 'r' })]
    const { layers: planned, tensors, cutOff } = await plan(toSequential(body))
    assert.deepEqual(planned, ['one/Conv'])
    // What moves values has the steps of what it moves.
    assert.deepEqual(tensors, {
      pixels: 'pixels',
      Transpose: 'pixels',
      'p/MaxPool': 'p/MaxPool',
      'r/Relu': 'p/MaxPool',
    })
    assert.deepEqual(cutOff, { 'one/Conv': 'p/MaxPool' })
  })

  it('quantises sums of what is quantised, with their ReLU', async () => {
    const network = toFunctional((pixels) => {
      const first = use(reLU({ name: 'r' }), use(convolve('one'), pixels))
      const second = use(convolve('two'), first)
      return use(
        reLU({ name: 'end', maxValue: 6 }),
        use(layers.add({ name: 'sum' }), [second, first]),
      )
    })
    assert.deepEqual(await plan(network), {
      layers: ['two/Conv'],
      tensors: { 'r/Relu': 'r/Relu', 'two/Conv': 'two/Conv', 'end/Clip': 'end/Clip' },
      cutOff: { 'sum/Add': 'end/Clip' },
    })
  })

  it('leaves sums of what is not quantised, and what ONNX Runtime has in float32 only', async () => {
    const network = toFunctional((pixels) => {
      const first = use(convolve('one'), pixels)
      const second = use(
        layers.activation({ name: 'tanh', activation: 'tanh' }),
        use(convolve('two'), first),
      )
      return use(layers.add({ name: 'sum' }), [second, first])
    })
    const { tensors } = await plan(network)
    assert.deepEqual(tensors, { 'one/Conv': 'one/Conv', 'two/Conv': 'two/Conv' })
  })

  it('keeps a ReLU apart where its input is taken elsewhere', async () => {
    const network = toFunctional((pixels) => {
      const first = use(convolve('one'), pixels)
      const second = use(convolve('two'), first)
      return use(layers.add({ name: 'sum' }), [second, use(reLU({ name: 'r' }), second)])
    })
    assert.deepEqual((await plan(network)).cutOff, {})
  })

  it('keeps what cuts off elsewhere than at 0', async () => {
    const limited = [convolve('one'), convolve('two'), reLU({ name: 'r', maxValue: 6 })]
    const graph = await toGraph(toSequential(limited))
    const constants = graph.constants.map((constant) =>
      constant.name === 'r/min' ? { ...constant, values: Float32Array.of(-1) } : constant,
    )
    assert.deepEqual([...planQuantisation(graph).cutOff], [['two/Conv', 'r/Clip']])
    assert.deepEqual([...planQuantisation({ ...graph, constants }).cutOff], [])
  })

  it('goes through flattening to a dense layer', async () => {
    const body = [convolve('one'), flatten({ name: 'f' }), dense({ name: 'd', units: 8 })]
    const { layers: planned, tensors } = await plan(toSequential(body))
    assert.deepEqual(planned, ['d/Gemm'])
    assert.deepEqual(tensors, {
      'one/Conv': 'one/Conv',
      'f/Flatten': 'one/Conv',
      'd/Gemm': 'd/Gemm',
    })
  })

  it('finds nothing in a network of two layers, or of one', async () => {
    assert.deepEqual((await plan(toSequential([convolve('one')]))).layers, [])
    assert.deepEqual((await plan(toSequential([]))).layers, [])
  })
})
