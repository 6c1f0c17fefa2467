import { encodeOnnx, type OnnxGraph } from '../../../inference/index'
import { openSession } from '../../open-session'
import type { PixelBatch } from '../pixel-batches'
import type { Range } from './affine'
import { countValues, createHistogram, type Histogram } from './histogram'
import { QuantisationError } from './quantisation-error'

/**
 * Runs a graph on photos and counts the values of tensors within it, by ONNX Runtime. It goes through the photos twice:
 * the bins are laid over the range that the first time shows.
 *
 * @throws QuantisationError if one of them is no finite number
 */
export async function observeTensors(
  graph: OnnxGraph,
  names: readonly string[],
  batches: Iterable<PixelBatch>,
): Promise<ReadonlyMap<string, Histogram>> {
  const isFed = (name: string): boolean => name === graph.input.name
  const made = names.filter((name) => !isFed(name))
  const outputs = made.map((name) => ({ name, dimensions: undefined }))
  const session = await openSession(encodeOnnx({ ...graph, outputs }), graph.input)
  const forEachTensor = async (see: (name: string, values: Float32Array) => void) => {
    for (const { pixels, photos } of batches) {
      for (const name of names.filter(isFed)) see(name, pixels)
      const tensors = await session.run(pixels, photos)
      for (const name of made) see(name, tensors[name] ?? new Float32Array())
    }
  }
  try {
    const ranges = new Map<string, Range>()
    await forEachTensor((name, values) => {
      ranges.set(name, widen(name, ranges.get(name), values))
    })
    const histograms = new Map([...ranges].map(([name, range]) => [name, createHistogram(range)]))
    await forEachTensor((name, values) => {
      const histogram = histograms.get(name)
      if (histogram) countValues(histogram, values)
    })
    return histograms
  } finally {
    await session.close()
  }
}

function widen(name: string, range: Range | undefined, values: Float32Array): Range {
  let { min, max } = range ?? { min: Infinity, max: -Infinity }
  for (const value of values) {
    if (!Number.isFinite(value)) throw new QuantisationError(`the value ${value} occurs in ${name}`)
    if (value < min) min = value
    if (value > max) max = value
  }
  return { min, max }
}
