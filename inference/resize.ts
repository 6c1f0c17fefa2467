/** Interleaved 8-bit values with 3 (RGB) or 4 (RGBA) channels, row by row from the top left. */
export interface Raster {
  readonly data: Uint8Array | Uint8ClampedArray
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
}

/** For each output position the first input position and the weights of the ones from there. */
interface Taps {
  readonly first: Int32Array
  readonly weights: Float32Array
  readonly perOutput: number
}

/**
 * THE definition of "resize" in this project: stretched to width x height, a triangle filter whose support grows
 * with the reduction (antialiased bilinear, as Pillow's BILINEAR), on the 8-bit sRGB values. sharp's
 * `kernel: 'linear'` is the same filter over a photo shrunk while it is decoded.
 *
 * @returns RGB, [height * width * 3]; alpha must have been flattened before
 */
export function resize(raster: Raster, width: number, height: number): Uint8Array {
  const rows = resizeRows(raster, toTaps(raster.width, width), width)
  return resizeColumns(rows, toTaps(raster.height, height), width, height)
}

function toTaps(from: number, to: number): Taps {
  const scale = from / to
  const support = Math.max(1, scale)
  const perOutput = Math.min(from, Math.ceil(support) * 2 + 1)
  const first = new Int32Array(to)
  const weights = new Float32Array(to * perOutput)
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale
    const start = Math.min(Math.max(0, Math.floor(centre - support)), from - perOutput)
    let sum = 0
    for (let k = 0; k < perOutput; k++) {
      const weight = Math.max(0, 1 - Math.abs(start + k + 0.5 - centre) / support)
      weights[i * perOutput + k] = weight
      sum += weight
    }
    for (let k = 0; k < perOutput; k++) weights[i * perOutput + k]! /= sum
    first[i] = start
  }
  return { first, weights, perOutput }
}

function resizeRows(
  raster: Raster,
  { first, weights, perOutput }: Taps,
  width: number,
): Float32Array {
  const { data, channels } = raster
  const rows = new Float32Array(raster.height * width * 3)
  let to = 0
  for (let y = 0; y < raster.height; y++) {
    const row = y * raster.width * channels
    for (let x = 0; x < width; x++) {
      let red = 0
      let green = 0
      let blue = 0
      let from = row + first[x]! * channels
      const end = (x + 1) * perOutput
      for (let k = x * perOutput; k < end; k++) {
        const weight = weights[k]!
        red += weight * data[from]!
        green += weight * data[from + 1]!
        blue += weight * data[from + 2]!
        from += channels
      }
      rows[to] = red
      rows[to + 1] = green
      rows[to + 2] = blue
      to += 3
    }
  }
  return rows
}

function resizeColumns(rows: Float32Array, taps: Taps, width: number, height: number): Uint8Array {
  const { first, weights, perOutput } = taps
  const stride = width * 3
  const resized = new Uint8Array(height * stride)
  const sums = new Float32Array(stride)
  for (let y = 0; y < height; y++) {
    sums.fill(0.5)
    for (let k = 0; k < perOutput; k++) {
      const weight = weights[y * perOutput + k]!
      const row = (first[y]! + k) * stride
      for (let x = 0; x < stride; x++) sums[x]! += weight * rows[row + x]!
    }
    // 0.5 + truncation rounds; the weights sum to 1, so that the values stay within 0..255.
    for (let x = 0; x < stride; x++) resized[y * stride + x] = Math.min(255, sums[x]!)
  }
  return resized
}
