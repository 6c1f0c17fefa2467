/** How RGB values become what a model takes; the defaults are today's most common: rgb, nhwc. */
export interface Normalisation {
  /** One number, or three: of red, green and blue. */
  readonly scale: number | readonly [number, number, number]
  readonly offset: number | readonly [number, number, number]
  /** In which order the model takes a pixel's channels. */
  readonly channelOrder?: 'rgb' | 'bgr' | undefined
  /** nhwc: the channels of a pixel side by side; nchw: one plane a channel. */
  readonly layout?: 'nhwc' | 'nchw' | undefined
}

/**
 * Writes a photo's RGB values into a batch's pixels: pixel = value * scale + offset.
 *
 * @param rgb [height, width, 3], 0..255
 * @param pixels [batch, height, width, 3], or [batch, 3, height, width] where the layout is nchw
 * @param index the photo's place in the batch
 */
export function normalise(
  rgb: Uint8Array,
  normalisation: Normalisation,
  pixels: Float32Array,
  index: number,
): void {
  const { scale, offset, channelOrder, layout } = normalisation
  const start = index * rgb.length
  const isPlain = channelOrder !== 'bgr' && layout !== 'nchw'
  if (isPlain && typeof scale === 'number' && typeof offset === 'number') {
    scaleAll(rgb, { scale, offset }, pixels.subarray(start, start + rgb.length))
  } else {
    normaliseChannels(rgb, normalisation, pixels, start)
  }
}

/**
 * Copied as they are, which the engine does in vectors, and then reckoned four at a time: a third of what it takes to look
 * each value up.
 */
function scaleAll(
  rgb: Uint8Array,
  { scale, offset }: { readonly scale: number; readonly offset: number },
  pixels: Float32Array,
): void {
  pixels.set(rgb)
  const fours = pixels.length - (pixels.length % 4)
  for (let i = 0; i < fours; i += 4) {
    pixels[i] = pixels[i]! * scale + offset
    pixels[i + 1] = pixels[i + 1]! * scale + offset
    pixels[i + 2] = pixels[i + 2]! * scale + offset
    pixels[i + 3] = pixels[i + 3]! * scale + offset
  }
  for (let i = fours; i < pixels.length; i++) pixels[i] = pixels[i]! * scale + offset
}

/** Of all values: where channels differ, looking 50,000 of them up a photo is faster than to reckon each. */
function toTable(scale: number, offset: number): Float32Array {
  const table = new Float32Array(256)
  for (let value = 0; value < table.length; value++) table[value] = value * scale + offset
  return table
}

function normaliseChannels(
  rgb: Uint8Array,
  { scale, offset, channelOrder, layout }: Normalisation,
  pixels: Float32Array,
  start: number,
): void {
  const [scales, offsets] = [toThree(scale), toThree(offset)]
  const plane = rgb.length / 3
  // How far apart a channel's values are, and its first value and that of the next channel.
  const [step, gap] = layout === 'nchw' ? [1, plane] : [3, 1]
  for (const source of [0, 1, 2] as const) {
    const target = channelOrder === 'bgr' ? 2 - source : source
    const table = toTable(scales[source], offsets[source])
    let to = start + target * gap
    for (let from = source; from < rgb.length; from += 3, to += step)
      pixels[to] = table[rgb[from]!]!
  }
}

type Three = readonly [number, number, number]

const toThree = (value: number | Three): Three =>
  typeof value === 'number' ? [value, value, value] : value
