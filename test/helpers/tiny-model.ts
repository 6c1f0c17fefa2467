import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LABELS, toModelSha256 } from '../../inference'
import { createRandom, type Random } from './random'

/** Different, so that swapped sides show. */
export const TINY_INPUT = { width: 32, height: 24, scale: 1 / 127.5, offset: -1 }

/** Name of each weight, its shape, and the spread of its random values. */
const WEIGHTS: readonly (readonly [name: string, shape: readonly number[], spread: number])[] = [
  ['first/kernel', [3, 3, 3, 8], 0.5],
  ['first/bias', [8], 0.1],
  ['second/kernel', [3, 3, 8, 8], 0.3],
  ['second/bias', [8], 0.1],
  ['head/kernel', [(TINY_INPUT.height / 4) * (TINY_INPUT.width / 4) * 8, LABELS.length], 0.3],
  ['head/bias', [LABELS.length], 0.1],
]

const ACTIVATION = { data_format: 'channels_last', activation: 'relu' }
const CONVOLUTION = { filters: 8, kernel_size: [3, 3], strides: [2, 2], padding: 'same' }

const TOPOLOGY = {
  class_name: 'Sequential',
  config: {
    name: 'tiny',
    layers: [
      toLayer('Conv2D', 'first', {
        ...CONVOLUTION,
        ...ACTIVATION,
        batch_input_shape: [null, TINY_INPUT.height, TINY_INPUT.width, 3],
      }),
      toLayer('Conv2D', 'second', { ...CONVOLUTION, ...ACTIVATION }),
      toLayer('Flatten', 'flat', {}),
      toLayer('Dense', 'head', { units: LABELS.length, activation: 'softmax' }),
    ],
  },
}

/**
 * Writes a model of two small convolutions and a dense layer with seeded random weights, always the same, into a new
 * temporary folder, which the caller removes. It knows nothing, but tells photos apart.
 */
export async function writeTinyModel(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-twin-model-'))
  const random = createRandom(43)
  const weights = Buffer.concat(WEIGHTS.map(([, shape, spread]) => toBytes(shape, spread, random)))
  const modelJson = Buffer.from(
    JSON.stringify({
      format: 'layers-model',
      modelTopology: TOPOLOGY,
      weightsManifest: [
        {
          paths: ['weights.bin'],
          weights: WEIGHTS.map(([name, shape]) => ({ name, shape, dtype: 'float32' })),
        },
      ],
    }),
  )
  const card = {
    name: 'tiny',
    labels: LABELS,
    input: TINY_INPUT,
    files: {
      'model.json': toModelSha256([modelJson]),
      'weights.bin': toModelSha256([weights]),
    },
    sha256: toModelSha256([modelJson, weights]),
  }
  await writeFile(join(folder, 'model.json'), modelJson)
  await writeFile(join(folder, 'weights.bin'), weights)
  await writeFile(join(folder, 'card.json'), JSON.stringify(card))
  return folder
}

function toLayer(className: string, name: string, config: object): object {
  return { class_name: className, config: { name, ...config } }
}

/** Float32 values evenly spread around zero. */
function toBytes(shape: readonly number[], spread: number, random: Random): Uint8Array {
  const length = shape.reduce((product, size) => product * size, 1)
  const values = Float32Array.from({ length }, () => (random() * 2 - 1) * spread)
  return new Uint8Array(values.buffer)
}
