import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { showViews } from '../../model-training/show-views'
import { toView, WHOLE, type Box, type View, type ViewOptions } from '../../model-training/views'
import { createPhotos } from './solid-photos'
import { useBackend } from './use-backend'

const ALONE = { seed: 3, smallestArea: 0.3, mixedShare: 0 }
const PHOTOS = 1000

const views = (options: Partial<ViewOptions> = {}): View[] =>
  Array.from({ length: PHOTOS }, (_, photo) =>
    toView({ photo, view: photo % 7, photos: PHOTOS }, { ...ALONE, ...options }),
  )

const boxes = (): Box[] => views().map(({ box }) => box)

describe('toView', () => {
  it('keeps its boxes inside the photos', () => {
    const all = views({ mixedShare: 0.5 }).flatMap(({ box, over }) => [box, over?.box ?? box])
    for (const box of all) {
      assert.ok(
        box.every((edge) => edge >= 0 && edge <= 1 + 1e-12),
        box.join(' '),
      )
    }
  })

  it('shows the least area asked for and up to all of it, and mirrors every other view', () => {
    const areas = boxes().map(
      ([top, left, bottom, right]) => (bottom - top) * Math.abs(right - left),
    )
    assert.ok(Math.min(...areas) > 0.3 - 1e-9 && Math.min(...areas) < 0.33, `${Math.min(...areas)}`)
    assert.ok(Math.max(...areas) > 0.95)
    const mirrored = boxes().filter(([, left, , right]) => left > right).length
    assert.ok(mirrored > 430 && mirrored < 570, `${mirrored}`)
  })

  it('is the same for the same seed, photo and view, and another for another', () => {
    const toText = (seed: number, photo: number, view: number): string =>
      JSON.stringify(toView({ photo, view, photos: PHOTOS }, { ...ALONE, seed, mixedShare: 1 }))
    const first = toText(1, 2, 3)
    assert.equal(toText(1, 2, 3), first)
    const others = [toText(2, 2, 3), toText(1, 3, 3), toText(1, 3, 2), toText(1, 2, 4)]
    assert.equal(new Set([first, ...others]).size, 5)
  })

  it('lays another photo over as large a share of the views as asked for, by a half at most', () => {
    assert.ok(views().every(({ over }) => over === undefined))
    const over = views({ mixedShare: 0.5 }).flatMap((view) => view.over ?? [])
    assert.ok(over.length > 430 && over.length < 570, `${over.length}`)
    assert.ok(over.every(({ share }) => share >= 0 && share <= 0.5))
    assert.ok(over.every(({ photo }) => Number.isInteger(photo) && photo >= 0 && photo < PHOTOS))
    assert.ok(new Set(over.map(({ photo }) => photo)).size > over.length / 2)
  })
})

describe('showViews', () => {
  useBackend()
  const photos = createPhotos(2, { size: 4, labels: 2, seed: 1 }).store
  const show = (view: View): Float32Array =>
    tf.tidy(() => showViews(photos, { places: [0], views: [view] }, 4).dataSync<'float32'>())

  it('adds what lies over a photo by its share', () => {
    const [first, second] = [0, 1].map((place) => {
      const bytes = new Uint8Array(4 * 4 * 3)
      photos.read(place, bytes)
      return bytes
    })
    const seen = show({ box: WHOLE, over: { photo: 1, box: WHOLE, share: 0.25 } })
    for (const [i, value] of seen.entries()) {
      const expected = 0.75 * (first?.[i] ?? 0) + 0.25 * (second?.[i] ?? 0)
      assert.ok(Math.abs(value - expected) < 1e-3, `${value} is not ${expected}`)
    }
    assert.notDeepEqual(seen, show({ box: WHOLE }))
  })

  it('leaves a photo alone that is seen alone, also beside others that are not', () => {
    const mixed = { box: WHOLE, over: { photo: 1, box: WHOLE, share: 0.5 } }
    const both = tf.tidy(() => {
      const views = [{ box: WHOLE }, mixed]
      return showViews(photos, { places: [0, 0], views }, 4).dataSync<'float32'>()
    })
    assert.deepEqual(both.slice(0, 48), show({ box: WHOLE }))
    assert.deepEqual(both.slice(48), show(mixed))
  })
})
