import assert from 'node:assert/strict'
import type { OnnxGraph } from '../../../../inference/index'
import type { Range } from '../../../../model-training/export/quantise/affine'
import type { Plan } from '../../../../model-training/export/quantise/plan-quantisation'
import { quantiseGraph } from '../../../../model-training/export/quantise/quantise-graph'
import { assertClose } from '../assert-close'
import { runGraph } from '../run-graph'

/** One value a pixel, two filters of it: 0.5 x + 0.25 and -2 x, cut off at 0. */
const CONVOLUTION: OnnxGraph = {
  name: 'by hand',
  input: { name: 'x', dimensions: ['N', 1, 1, 'width'] },
  outputs: [{ name: 'y', dimensions: ['N', 2, 1, 'width'] }],
  constants: [
    { name: 'kernel', dimensions: [2, 1, 1, 1], values: Float32Array.of(0.5, -2) },
    { name: 'bias', dimensions: [2], values: Float32Array.of(0.25, 0) },
  ],
  nodes: [
    { output: 'conv', operator: 'Conv', inputs: ['x', 'kernel', 'bias'], attributes: {} },
    { output: 'relu', operator: 'Relu', inputs: ['conv'], attributes: {} },
    { output: 'y', operator: 'Identity', inputs: ['relu'], attributes: {} },
  ],
}

const WHOLE: Plan = {
  tensors: new Map([
    ['x', 'x'],
    ['relu', 'relu'],
  ]),
  layers: new Set(['conv']),
  cutOff: new Map([['conv', 'relu']]),
}

/** Steps of 0.01 from -1 on, and steps of 0.005 from 0 on. */
const RANGES = new Map<string, Range>([
  ['x', { min: -1, max: 1.55 }],
  ['relu', { min: 0, max: 1.275 }],
])

const withWidth = (graph: OnnxGraph, width: number): OnnxGraph => ({
  ...graph,
  input: { ...graph.input, dimensions: ['N', 1, 1, width] },
})

describe('quantiseGraph', () => {
  it('gives what a convolution in 8 bits gives by hand', async () => {
    const quantised = quantiseGraph(withWidth(CONVOLUTION, 4), WHOLE, {
      ranges: RANGES,
      weightBits: 7,
    })
    // 0.526 is nearest to 0.53, and -3 to the first step, -1.
    const actual = await runGraph(quantised, [0.52, 0.526, -0.1, -3])
    const half = [0.5 * 0.52 + 0.25, 0.5 * 0.53 + 0.25, 0.5 * -0.1 + 0.25, 0]
    // -2 * -1 is beyond the last step.
    assertClose(actual, [...half, 0, 0, 0.2, 1.275], 1e-6)
  })

  it('leaves the ReLU out, as steps from 0 on cut off alike', () => {
    const operators = quantiseGraph(CONVOLUTION, WHOLE, {
      ranges: RANGES,
      weightBits: 7,
    }).nodes.map((one) => one.operator)
    assert.deepEqual(operators, [
      ...['QuantizeLinear', 'DequantizeLinear'],
      ...['DequantizeLinear', 'DequantizeLinear', 'Conv'],
      ...['QuantizeLinear', 'DequantizeLinear', 'Identity'],
    ])
  })

  it('takes values that are all negative', async () => {
    const ranges = new Map([...RANGES, ['x', { min: -2.55, max: -1 }]])
    ranges.set('relu', { min: 0, max: 5.1 })
    const quantised = quantiseGraph(withWidth(CONVOLUTION, 3), WHOLE, { ranges, weightBits: 7 })
    const actual = await runGraph(quantised, [-1.234, -2.55, 1])
    // In steps of 0.02; what is above 0 is taken for 0.
    assertClose(actual, [0, 0, 0.24, 2.46, 5.1, 0], 0.0101)
    assertClose(actual.slice(3), [2.46, 5.1, 0], 1e-6)
  })

  it('makes nothing but 0 of a tensor that was nothing but 0, up to half a step', async () => {
    const ranges = new Map([...RANGES, ['relu', { min: 0, max: 0 }]])
    const quantised = quantiseGraph(withWidth(CONVOLUTION, 1), WHOLE, { ranges, weightBits: 7 })
    assertClose(await runGraph(quantised, [0.1]), [0, 0], 0)
  })

  it('keeps the bias of a filter of zeros', async () => {
    const [, bias] = CONVOLUTION.constants
    const constants = [
      { name: 'kernel', dimensions: [2, 1, 1, 1], values: Float32Array.of(0, -2) },
      bias!,
    ]
    const graph = withWidth({ ...CONVOLUTION, constants }, 2)
    const quantised = quantiseGraph(graph, WHOLE, { ranges: RANGES, weightBits: 7 })
    assertClose(await runGraph(quantised, [0.5, -0.5]), [0.25, 0.25, 0, 1], 1e-6)
  })

  it('gives what a dense layer in 8 bits gives by hand', async () => {
    const dense: OnnxGraph = {
      name: 'by hand',
      input: { name: 'x', dimensions: ['N', 2] },
      outputs: [{ name: 'y', dimensions: ['N', 2] }],
      constants: [
        { name: 'matrix', dimensions: [2, 2], values: Float32Array.of(1, 0.25, -0.5, 64) },
      ],
      nodes: [
        { output: 'gemm', operator: 'Gemm', inputs: ['x', 'matrix'], attributes: {} },
        { output: 'y', operator: 'Identity', inputs: ['gemm'], attributes: {} },
      ],
    }
    const plan: Plan = {
      tensors: new Map([
        ['x', 'x'],
        ['gemm', 'gemm'],
      ]),
      layers: new Set(['gemm']),
      cutOff: new Map(),
    }
    const ranges = new Map([
      ['x', { min: -1, max: 1.55 }],
      ['gemm', { min: -64, max: 63.5 }],
    ])
    const quantised = quantiseGraph(dense, plan, { ranges, weightBits: 7 })
    // The second column's steps are of 1, so that 0.25 is lost; the results' steps are of 0.5.
    assertClose(await runGraph(quantised, [1.5, 0.25]), [1.5, 16], 1e-6)
    assertClose(await runGraph(quantised, [-1, 1]), [-1.5, 63.5], 1e-6)
  })

  it('rounds a sum that stays in float32 not at all', async () => {
    const plan: Plan = { tensors: new Map(), layers: new Set(), cutOff: new Map() }
    const same = quantiseGraph(withWidth(CONVOLUTION, 1), plan, {
      ranges: new Map(),
      weightBits: 7,
    })
    assertClose(await runGraph(same, [0.3333]), [0.5 * 0.3333 + 0.25, 0], 1e-7)
  })
})
