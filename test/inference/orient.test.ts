import assert from 'node:assert/strict'
import { orient, swapsSides } from '../../inference/orient'
import { createRandom, randomBytes } from '../helpers/random'

/** EXIF 2.32, 4.6.4: where the stored rows and columns of `abc / def` are seen. */
const SEEN: readonly (readonly [orientation: number, rows: readonly string[]])[] = [
  [1, ['abc', 'def']],
  [2, ['cba', 'fed']],
  [3, ['fed', 'cba']],
  [4, ['def', 'abc']],
  [5, ['ad', 'be', 'cf']],
  [6, ['da', 'eb', 'fc']],
  [7, ['fc', 'eb', 'da']],
  [8, ['cf', 'be', 'ad']],
]

/** Turns that undo themselves, but for the two quarter turns, which undo each other. */
const INVERSE: readonly number[] = [0, 1, 2, 3, 4, 5, 8, 7, 6]

/** Three values a letter that name it and their channel. */
const toRgb = (letters: string): Uint8Array =>
  Uint8Array.from(Buffer.from(letters.replace(/./g, '$&$&$&')), (value, at) => value + (at % 3))

describe('orient', () => {
  for (const [orientation, rows] of SEEN) {
    it(`shows what is stored as orientation ${String(orientation)}`, () => {
      assert.deepEqual(orient(toRgb('abcdef'), 3, 2, orientation), toRgb(rows.join('')))
    })

    it(`is undone by its inverse: ${String(orientation)}`, () => {
      const [width, height] = [7, 4]
      const stored = randomBytes(createRandom(orientation), width * height * 3)
      const seen = orient(stored, width, height, orientation)
      const [seenWidth, seenHeight] = swapsSides(orientation) ? [height, width] : [width, height]
      assert.deepEqual(orient(seen, seenWidth, seenHeight, INVERSE[orientation]!), stored)
    })
  }

  it('leaves what it is given as it is', () => {
    const stored = toRgb('abcdef')
    for (const [orientation] of SEEN) orient(stored, 3, 2, orientation)
    assert.deepEqual(stored, toRgb('abcdef'))
  })
})

describe('swapsSides', () => {
  it('is true of 5 to 8', () => {
    const swapping = SEEN.map(([orientation]) => orientation).filter(swapsSides)
    assert.deepEqual(swapping, [5, 6, 7, 8])
  })
})
