import assert from 'node:assert/strict'
import { removeDuplicates, type SeenPhoto } from '../../../model-training/data/duplicates'
import type { Split } from '../../../model-training/data/entry'
import type { Looks } from '../../../model-training/data/looks'
import { createEntry } from '../solid-photos'

/** Looks that are near where the number is equal, and far where it is not. */
const toLooks = (kind: number): Looks => {
  const word = (Math.imul(kind, 0x9e3779b9) ^ (kind << 13)) >>> 0
  return [word, ~word >>> 0, Math.imul(word, 0x21f0aaad) >>> 0, word]
}

/** @param what label, part (or none), file, bytes and looks, as in `food train a.jpg bytes1 7` */
function toPhoto(what: string): SeenPhoto {
  const [label, split, file = '', sha256 = '', kind = ''] = what.split(' ')
  return {
    ...createEntry({ file, label: label as SeenPhoto['label'] }),
    split: split === '-' ? undefined : (split as Split),
    group: undefined,
    fingerprint: { sha256, looks: kind === 'flat' ? undefined : toLooks(Number(kind)) },
  }
}

function remove(...photos: readonly string[]) {
  const { photos: kept, excluded, nearPairs } = removeDuplicates(photos.map(toPhoto))
  return { kept: kept.map(({ file }) => file), excluded, nearPairs }
}

describe('removeDuplicates', () => {
  it('keeps different photos, also those of one colour, as they look like each other', () => {
    const { kept, excluded } = remove(
      'food train a 1 1',
      'food test b 2 2',
      'drink val c 3 flat',
      'menu val d 4 flat',
    )
    assert.deepEqual(kept, ['a', 'b', 'c', 'd'])
    assert.deepEqual(excluded, [])
  })

  it('keeps of equal bytes the test photo, else the validation photo, else the first', () => {
    const { kept, excluded } = remove(
      'food train a 1 1',
      'food val b 1 1',
      'food test c 1 1',
      'menu train d 2 2',
      'menu val e 2 2',
      'drink - f 3 3',
      'drink - g 3 3',
    )
    assert.deepEqual(kept, ['c', 'e', 'f'])
    const reason = 'same bytes as another photo'
    assert.deepEqual(excluded, [
      { file: 'b', reason, detail: 'test food c' },
      { file: 'a', reason, detail: 'test food c' },
      { file: 'd', reason, detail: 'val menu e' },
      { file: 'g', reason, detail: 'drink f' },
    ])
  })

  it('keeps a photo that is named twice once', () => {
    const { kept, excluded } = remove('food train a 1 1', 'food train a 1 1')
    assert.deepEqual(kept, ['a'])
    assert.deepEqual(excluded, [{ file: 'a', reason: 'named twice' }])
  })

  it('leaves out equal bytes under two labels, all of them', () => {
    const { kept, excluded } = remove('food test a 1 1', 'food train b 1 1', 'menu train c 1 1')
    assert.deepEqual(kept, [])
    const reason = 'same bytes under two labels'
    assert.deepEqual(excluded, [
      { file: 'a', reason, detail: 'train menu c' },
      { file: 'b', reason, detail: 'train menu c' },
      { file: 'c', reason, detail: 'test food a' },
    ])
  })

  it('leaves out photos that look like one under two labels, both', () => {
    const { kept, excluded } = remove('food - a 1 1', 'menu - b 2 1', 'menu - c 3 3')
    assert.deepEqual(kept, ['c'])
    const reason = 'looks like a photo of another label'
    assert.deepEqual(excluded, [
      { file: 'a', reason, detail: 'menu b' },
      { file: 'b', reason, detail: 'food a' },
    ])
  })

  it('keeps what looks like one on one side, and tells the pairs', () => {
    const { kept, nearPairs } = remove(
      'food test z 9 9',
      'food train a 1 1',
      'food train b 2 1',
      'menu - c 3 3',
      'menu - d 4 3',
    )
    assert.deepEqual(kept, ['z', 'a', 'b', 'c', 'd'])
    assert.deepEqual([...nearPairs].sort(), [
      [1, 2],
      [3, 4],
    ])
  })

  it('leaves out the lower of two sides: training before validation before test', () => {
    const { kept, excluded, nearPairs } = remove(
      'food train a 1 1',
      'food test b 2 1',
      'menu val c 3 3',
      'menu test d 4 3',
      'drink train e 5 5',
      'drink val f 6 5',
    )
    assert.deepEqual(kept, ['b', 'd', 'f'])
    assert.deepEqual(excluded, [
      { file: 'c', reason: 'looks like a photo of the test part', detail: 'test menu d' },
      { file: 'a', reason: 'looks like a photo of the test part', detail: 'test food b' },
      { file: 'e', reason: 'looks like a photo of the val part', detail: 'val drink f' },
    ])
    assert.deepEqual(nearPairs, [])
  })

  it('does not let a photo that is left out bar another one', () => {
    // The validation photo looks like one of each side, which do not look like each other.
    const photos = ['food train a 1 1', 'food val b 2 2', 'food test c 3 3'].map(toPhoto)
    const [word, ...rest] = toLooks(2)
    const flip = (bits: number): Looks => [(word ^ bits) >>> 0, ...rest] as unknown as Looks
    const chain = [flip(0xf8), toLooks(2), flip(0xf8000)].map((looks, i) => ({
      ...photos[i]!,
      fingerprint: { sha256: String(i), looks },
    }))
    const { photos: kept } = removeDuplicates(chain)
    assert.deepEqual(
      kept.map(({ file }) => file),
      ['a', 'c'],
    )
  })
})
