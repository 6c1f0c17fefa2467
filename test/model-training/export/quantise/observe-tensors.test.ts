import assert from 'node:assert/strict'
import type { OnnxGraph } from '../../../../inference/index'
import { observeTensors } from '../../../../model-training/export/quantise/observe-tensors'

/** The negative of one value, and what is above 0 of it. */
const GRAPH: OnnxGraph = {
  name: 'by hand',
  input: { name: 'x', dimensions: ['N', 1] },
  outputs: [{ name: 'relu', dimensions: ['N', 1] }],
  constants: [],
  nodes: [
    { output: 'negative', operator: 'Neg', inputs: ['x'], attributes: {} },
    { output: 'relu', operator: 'Relu', inputs: ['negative'], attributes: {} },
  ],
}

const toBatches = (...batches: readonly number[][]) =>
  batches.map((values) => ({ pixels: Float32Array.from(values), photos: values.length }))

describe('observeTensors', () => {
  it('counts the values of the input, of outputs and of what is between them, over all batches', async () => {
    const batches = toBatches([0, 1], [-3])
    const histograms = await observeTensors(GRAPH, ['x', 'negative', 'relu'], batches)
    // 0 is added, as a negative one is no other here.
    const ranges = [...histograms].map(([name, { range }]) => [name, range.min + 0, range.max + 0])
    assert.deepEqual(ranges, [
      ['x', -3, 1],
      ['negative', -1, 3],
      ['relu', 0, 3],
    ])
    const counts = [...histograms.values()].map(({ counts }) => counts.filter((count) => count > 0))
    assert.deepEqual(
      counts.map((some) => [...some]),
      [
        [1, 1, 1],
        [1, 1, 1],
        [2, 1],
      ],
    )
  })

  it('refuses what is no finite number, and says where it is', async () => {
    await assert.rejects(observeTensors(GRAPH, ['negative'], toBatches([1, NaN])), {
      name: 'QuantisationError',
      message: 'the value NaN occurs in negative',
    })
  })
})
