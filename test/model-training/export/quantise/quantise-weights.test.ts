import assert from 'node:assert/strict'
import fc from 'fast-check'
import { quantiseWeights } from '../../../../model-training/export/quantise/quantise-weights'

const weight = fc.float({ noNaN: true, min: -1000, max: 1000 })

describe('quantiseWeights', () => {
  it('gives each output channel a scale of its own', () => {
    const { steps, scales } = quantiseWeights(
      {
        weights: Float32Array.of(0.5, -1, 64, 32),
        layout: { channels: 2, run: 2 },
        bias: Float32Array.of(0, 0),
      },
      { inputScale: 1, weightBits: 7 },
    )
    assert.deepEqual([...scales], [1 / 64, 1])
    assert.deepEqual([...steps], [32, -64, 64, 32])
  })

  it('knows the outputs of a dense layer as the columns of its matrix', () => {
    const { steps, scales } = quantiseWeights(
      {
        weights: Float32Array.of(0.5, 64, -1, 32),
        layout: { channels: 2, run: 1 },
        bias: Float32Array.of(0, 0),
      },
      { inputScale: 1, weightBits: 7 },
    )
    assert.deepEqual([...scales], [1 / 64, 1])
    assert.deepEqual([...steps], [32, 64, -64, 32])
  })

  it('counts the bias in units of input times weight', () => {
    const { biasSteps, biasScales } = quantiseWeights(
      {
        weights: Float32Array.of(64, 128),
        layout: { channels: 2, run: 1 },
        bias: Float32Array.of(3, -3),
      },
      { inputScale: 0.25, weightBits: 7 },
    )
    assert.deepEqual([...biasScales], [0.25, 0.5])
    assert.deepEqual([...biasSteps], [12, -6])
  })

  it('leaves a channel of zeros at 0', () => {
    const { steps, scales, biasSteps } = quantiseWeights(
      {
        weights: new Float32Array(4),
        layout: { channels: 1, run: 4 },
        bias: Float32Array.of(0),
      },
      { inputScale: 0.1, weightBits: 7 },
    )
    assert.deepEqual([...steps], [0, 0, 0, 0])
    assert.deepEqual([...scales], [1])
    assert.deepEqual([...biasSteps], [0])
  })

  it('keeps the bias of a channel of zeros to six digits', () => {
    const { steps, biasSteps, biasScales } = quantiseWeights(
      {
        weights: new Float32Array(2),
        layout: { channels: 2, run: 1 },
        bias: Float32Array.of(0.123456789, -1e-7),
      },
      { inputScale: 0.5, weightBits: 7 },
    )
    assert.deepEqual([...steps], [0, 0])
    assert.ok(Math.abs(biasSteps[0]! * biasScales[0]! - 0.123456789) < 1e-7)
    assert.ok(Math.abs(biasSteps[1]! * biasScales[1]! + 1e-7) < 1e-13)
  })

  it('takes coarser steps where the bias would overflow', () => {
    const { biasSteps, biasScales } = quantiseWeights(
      {
        weights: Float32Array.of(1e-9),
        layout: { channels: 1, run: 1 },
        bias: Float32Array.of(1000),
      },
      { inputScale: 0.01, weightBits: 7 },
    )
    assert.ok(Math.abs(biasSteps[0]! * biasScales[0]! - 1000) < 1e-3)
    assert.ok(biasSteps[0]! < 2 ** 31 - 1)
  })

  for (const [weightBits, largest] of [
    [7, 64],
    [8, 127],
  ] as const) {
    it(`keeps every weight to half a step, in ${weightBits} bits`, () => {
      fc.assert(
        fc.property(fc.array(weight, { minLength: 1, maxLength: 30 }), (weights) => {
          const { steps, scales } = quantiseWeights(
            {
              weights: Float32Array.from(weights),
              layout: { channels: 1, run: weights.length },
              bias: Float32Array.of(0),
            },
            { inputScale: 1, weightBits },
          )
          for (const [i, step] of steps.entries()) {
            assert.ok(Math.abs(step) <= largest)
            assert.ok(Math.abs(step * scales[0]! - weights[i]!) <= scales[0]! * 0.5001)
          }
        }),
      )
    })
  }

  it('has sums of two products fit into 16 bits with 7', () => {
    assert.ok(2 * 255 * 64 < 2 ** 15)
    const layer = {
      weights: Float32Array.of(-9, 9),
      layout: { channels: 1, run: 2 },
      bias: Float32Array.of(0),
    }
    const { steps } = quantiseWeights(layer, { inputScale: 1, weightBits: 7 })
    assert.deepEqual([...steps], [-64, 64])
  })

  it('refuses what is no finite number', () => {
    for (const bad of [NaN, Infinity]) {
      const weights = Float32Array.of(1, bad)
      const layer = { weights, layout: { channels: 1, run: 2 }, bias: Float32Array.of(0) }
      assert.throws(() => quantiseWeights(layer, { inputScale: 1, weightBits: 7 }), {
        name: 'QuantisationError',
        message: `a weight is ${bad}`,
      })
    }
  })
})
