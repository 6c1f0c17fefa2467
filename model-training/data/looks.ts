/** What a photo looks like, in 128 bits: pHash (high, low word) and dHash (high, low word). */
export type Looks = readonly [number, number, number, number]

/** Pixels that looks are taken of: 4 x 4 of them are one value of the 9 x 8 that dHash compares. */
export const LOOKS_INPUT = { width: 36, height: 32 } as const

/** ITU-R BT.601 luma. */
const LUMA = [0.299, 0.587, 0.114] as const

/** A photo whose brightness varies less (standard deviation, of 255) looks like every other such photo. */
const LEAST_CONTRAST = 2

/** Frequencies of pHash along each side. */
const FREQUENCIES = 8

/** dHash compares each of so many columns with the next, in so many rows. */
const COLUMNS = 8
const ROWS = 8

/**
 * Two perceptual hashes of a photo: pHash, the signs of its 63 lowest frequencies (discrete cosine
 * transform of the brightness) relative to their median, and dHash, whether brightness rises from left to right.
 *
 * @param rgb [32 * 36 * 3], 0..255
 * @returns undefined for a photo of one colour, whose hashes would be noise
 */
export function toLooks(rgb: Uint8Array): Looks | undefined {
  const gray = toGray(rgb)
  if (toDeviation(gray) < LEAST_CONTRAST) return undefined
  return [...toWords(toFrequencyBits(gray)), ...toWords(toGradientBits(gray))]
}

function toGray(rgb: Uint8Array): Float64Array {
  return Float64Array.from(
    { length: LOOKS_INPUT.width * LOOKS_INPUT.height },
    (_, i) =>
      LUMA[0] * (rgb[i * 3] ?? 0) +
      LUMA[1] * (rgb[i * 3 + 1] ?? 0) +
      LUMA[2] * (rgb[i * 3 + 2] ?? 0),
  )
}

function toDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

const toCosines = (length: number): number[][] =>
  Array.from({ length: FREQUENCIES }, (_, frequency) =>
    Array.from({ length }, (_, i) => Math.cos(((2 * i + 1) * frequency * Math.PI) / (2 * length))),
  )

const HORIZONTAL = toCosines(LOOKS_INPUT.width)
const VERTICAL = toCosines(LOOKS_INPUT.height)

function toFrequencyBits(gray: Float64Array): boolean[] {
  const rows = Array.from({ length: LOOKS_INPUT.height }, (_, y) => {
    const row = gray.subarray(y * LOOKS_INPUT.width, (y + 1) * LOOKS_INPUT.width)
    return HORIZONTAL.map((cosines) => dot(cosines, row))
  })
  const amounts = VERTICAL.flatMap((cosines) =>
    HORIZONTAL.map((_, u) =>
      dot(
        cosines,
        rows.map((row) => row[u] ?? 0),
      ),
    ),
  )
  // The first is the mean brightness, which says nothing of what is in the photo.
  const varying = amounts.slice(1)
  const median = varying.toSorted((a, b) => a - b)[varying.length >> 1] ?? 0
  return [false, ...varying.map((amount) => amount > median)]
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

function toGradientBits(gray: Float64Array): boolean[] {
  const means = Array.from({ length: ROWS }, (_, y) =>
    Array.from({ length: COLUMNS + 1 }, (_, x) => toMean(gray, x, y)),
  )
  return means.flatMap((row) =>
    row.slice(0, COLUMNS).map((value, x) => value < (row[x + 1] ?? value)),
  )
}

function toMean(gray: Float64Array, column: number, row: number): number {
  const [across, down] = [LOOKS_INPUT.width / (COLUMNS + 1), LOOKS_INPUT.height / ROWS]
  let sum = 0
  for (let y = row * down; y < (row + 1) * down; y += 1) {
    const start = y * LOOKS_INPUT.width + column * across
    for (let x = start; x < start + across; x += 1) sum += gray[x] ?? 0
  }
  return sum / across / down
}

/** 64 bits as two words, the first bit highest. */
function toWords(bits: readonly boolean[]): [number, number] {
  const toWord = (some: readonly boolean[]) =>
    some.reduce((word, bit) => (word << 1) | (bit ? 1 : 0), 0) >>> 0
  return [toWord(bits.slice(0, 32)), toWord(bits.slice(32))]
}
