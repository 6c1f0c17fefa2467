import assert from 'node:assert/strict'
import { measureRobustness } from '../../../model-training/evaluation/measure-robustness'
import type { PhotoVariant } from '../../../model-training/evaluation/photo-variants'
import { predictPhotos } from '../../../model-training/evaluation/predict-photos'
import type { DecoderTool, EngineTool } from '../../../model-training/evaluation/tools'

/** A photo is one number, and so are its pixels. */
const FILES = ['1', '2', '3', '4']
const TRUTHS = [0, 0, 1, 1]
const read = (file: string) => Promise.resolve(Uint8Array.of(Number(file)))

/** Numbers from its border on have the second label. */
function createEngine(name: string, border: number): EngineTool {
  return {
    name,
    version: '1',
    predict: (rgb) => {
      const isSecond = rgb.map(([value = 0]) => (value >= border ? 1 : 0))
      const probabilities = isSecond.map((second) => Float32Array.of(1 - second, second))
      return Promise.resolve({ probabilities, cpuMs: 0 })
    },
  }
}

function createDecoder(name: string, decoded: string[]): DecoderTool {
  return {
    name,
    version: '1',
    decode: (photos) => {
      for (const [value] of photos) decoded.push(`${name} ${value ?? ''}`)
      const all = photos.map((rgb) => ({ state: 'decoded', rgb }) as const)
      return Promise.resolve({ decoded: all, cpuMs: 0 })
    },
  }
}

/** Makes every number greater by one. */
const GREATER: PhotoVariant = {
  ...{ name: 'greater', description: 'made greater', cost: 1 },
  change: ([value = 0]) => Promise.resolve(Uint8Array.of(value + 1)),
}

async function measure() {
  const decoded: string[] = []
  const tools = {
    engines: [createEngine('right', 3), createEngine('wrong', 100)],
    decoders: [createDecoder('fast', decoded), createDecoder('slow', decoded)],
  }
  const plain = await predictPhotos(FILES, { ...tools, load: read, onPhotos: () => undefined })
  decoded.length = 0
  const options = { ...tools, plain, truths: TRUTHS, read, onPhotos: () => undefined }
  const robustness = await measureRobustness(FILES, { ...options, variants: [GREATER] })
  if (robustness.state !== 'measured') throw new Error('nothing is in its way')
  return { ...robustness, decoded }
}

describe('measureRobustness', () => {
  it('holds each engine with each decoder to what the same two made of the photos as they were', async () => {
    const { rows, variants } = await measure()
    assert.deepEqual(variants, { greater: 'made greater' })
    assert.deepEqual(
      rows.map(({ variant, engine, decoder, accuracy, differencePoints, sameLabel }) => [
        ...[variant, engine, decoder, accuracy.value, differencePoints.value, sameLabel],
      ]),
      [
        ['greater', 'right', 'fast', 0.75, -25, 0.75],
        ['greater', 'wrong', 'fast', 0.5, 0, 1],
        ['greater', 'right', 'slow', 0.75, -25, 0.75],
        ['greater', 'wrong', 'slow', 0.5, 0, 1],
      ],
    )
  })

  it('decodes a changed photo once with each decoder, however many engines there are', async () => {
    const { decoded } = await measure()
    const expected = ['fast', 'slow'].flatMap((name) => [2, 3, 4, 5].map((one) => `${name} ${one}`))
    assert.deepEqual(decoded.sort(), expected)
  })
})
