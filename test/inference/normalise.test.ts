import assert from 'node:assert/strict'
import { normalise } from '../../inference'

/** Two pixels. */
const RGB = Uint8Array.of(0, 10, 20, 100, 110, 120)
const PLAIN = { scale: 1, offset: 0 }

/** Of the second place of a batch of three, with what is around it. */
function toPixels(normalisation: Parameters<typeof normalise>[1]): number[] {
  const pixels = new Float32Array(3 * RGB.length).fill(-5)
  normalise(RGB, normalisation, pixels, 1)
  assert.ok(pixels.subarray(0, 6).every((value) => value === -5))
  assert.ok(pixels.subarray(12).every((value) => value === -5))
  return [...pixels.subarray(6, 12)]
}

describe('normalise', () => {
  it('scales and shifts each value into its place in the batch', () => {
    assert.deepEqual(toPixels({ scale: 0.5, offset: -1 }), [-1, 4, 9, 49, 54, 59])
  })

  for (const [name, normalisation, expected] of [
    [
      'with a scale and an offset of each channel',
      { scale: [1, 2, 3], offset: [0.5, -10, 0] },
      [0.5, 10, 60, 100.5, 210, 360],
    ],
    [
      'with a scale of each channel and one offset',
      { scale: [1, 2, 3], offset: 1 },
      [1, 21, 61, 101, 221, 361],
    ],
    [
      'with one scale and an offset of each channel',
      { scale: 2, offset: [1, 2, 3] },
      [1, 22, 43, 201, 222, 243],
    ],
    [
      'in the order blue, green, red',
      { ...PLAIN, channelOrder: 'bgr' },
      [20, 10, 0, 120, 110, 100],
    ],
    ['in the order that is usual', { ...PLAIN, channelOrder: 'rgb', layout: 'nhwc' }, [...RGB]],
    ['a channel after the other', { ...PLAIN, layout: 'nchw' }, [0, 100, 10, 110, 20, 120]],
    [
      'blue first, a channel after the other, with numbers that stay those of red, green and blue',
      { scale: [1, 2, 3], offset: [0, 0, 1], channelOrder: 'bgr', layout: 'nchw' },
      [61, 361, 20, 220, 0, 100],
    ],
  ] as const) {
    it(`writes pixels ${name}`, () => {
      assert.deepEqual(toPixels(normalisation), expected)
    })
  }
})
