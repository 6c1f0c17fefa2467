import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { toOnnxGraph, type OnnxConstant } from '../../../inference/index'
import { createNoise } from '../../../model-training/export/noise'
import { toPixelBatches } from '../../../model-training/export/pixel-batches'
import { TOLERANCE, verifyOnnx } from '../../../model-training/export/verify-onnx'
import { useTinyModel } from '../../helpers/use-tiny-model'

describe('verifyOnnx', () => {
  const tiny = useTinyModel()
  let backend: string | undefined
  before(() => {
    backend = tf.getBackend()
  })
  // TensorFlow.js' backend is one for all tests of this thread.
  after(() => backend && tf.setBackend(backend))

  const batches = () => {
    const { input } = tiny().model.card
    return toPixelBatches(createNoise(10, input, 1), input)
  }

  /** The model's graph with a change of the bias of its last layer. */
  const withBias = (change: (value: number) => number) => {
    const graph = toOnnxGraph(tiny().model)
    const constants = graph.constants.map((constant): OnnxConstant =>
      constant.name === 'head/bias'
        ? { ...constant, values: Float32Array.from(constant.values as Float32Array, change) }
        : constant,
    )
    assert.notDeepEqual(constants, graph.constants)
    return { ...graph, constants }
  }

  it('tells by how much the engines differ', async () => {
    const { model } = tiny()
    const difference = await verifyOnnx(model, toOnnxGraph(model), batches())
    assert.ok(difference >= 0 && difference < 1e-5, String(difference))
  })

  it('compares probabilities also of a model that gives logits', async () => {
    const { model } = tiny()
    const ofLogits = { ...model, card: { ...model.card, output: 'logits' as const } }
    const graph = toOnnxGraph(ofLogits)
    assert.equal(graph.outputs[0]?.name, 'logits')
    assert.ok((await verifyOnnx(ofLogits, graph, batches())) < 1e-5)
  })

  it('refuses a graph that answers otherwise', async () => {
    let place = 0
    const graph = withBias((value) => value + (place++ === 0 ? 10 * TOLERANCE : 0))
    await assert.rejects(verifyOnnx(tiny().model, graph, batches()), {
      name: 'VerificationError',
      message:
        /^ONNX Runtime differs from TensorFlow\.js by 0\.000\d+ on photo \d+ of 10, more than/,
    })
  })

  it('refuses a graph that answers with no numbers', async () => {
    const graph = withBias(() => NaN)
    await assert.rejects(verifyOnnx(tiny().model, graph, batches()), {
      name: 'VerificationError',
      message: /by NaN on photo 1 of 10/,
    })
  })

  it('stops at an abort', async () => {
    const { input } = tiny().model.card
    const signal = AbortSignal.abort(new Error('enough'))
    const some = toPixelBatches(createNoise(1, input, 1), input, signal)
    await assert.rejects(verifyOnnx(tiny().model, toOnnxGraph(tiny().model), some), /enough/)
  })
})
