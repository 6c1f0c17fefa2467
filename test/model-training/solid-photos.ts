import sharp from 'sharp'
import { LABELS } from '../../inference/index'
import type { Entry } from '../../model-training/data/entry'
import { toPhotoStore } from '../../model-training/data/photo-store'
import type { LabelledPhotos } from '../../model-training/photos'
import { between, createRandom, type Random } from '../../model-training/random'

/** One strong colour for each of the five labels: as easy to tell apart as can be. */
const COLOURS = [
  [200, 60, 60],
  [60, 200, 60],
  [60, 60, 200],
  [210, 210, 200],
  [40, 35, 40],
] as const

/** Bytes of a photo of one label's colour with noise, [size * size * 3]. */
export function renderSolid(label: number, size: number, random: Random): Uint8Array {
  const colour = COLOURS[label] ?? [0, 0, 0]
  const rgb = new Uint8ClampedArray(size * size * 3)
  return new Uint8Array(rgb.map((_, i) => (colour[i % 3] ?? 0) + between(random, -25, 25)))
}

/** Decoded photos of as many labels as asked for, in turn. */
export function createPhotos(
  count: number,
  { size, labels, seed }: { size: number; labels: number; seed: number },
): LabelledPhotos {
  const random = createRandom(seed)
  const places = Array.from({ length: count }, (_, i) => i % labels)
  return {
    size,
    labels: places,
    store: toPhotoStore(
      places.map((label) => renderSolid(label, size, random)),
      size,
    ),
    entries: places.map((_, i) => createEntry({ file: `food/${i}.png` })),
  }
}

/** An entry of which only the given fields matter. */
export function createEntry(fields: Partial<Entry> = {}): Entry {
  return {
    file: 'food/1.png',
    label: 'food',
    split: 'train',
    tier: undefined,
    source: undefined,
    heldoutSource: false,
    ...fields,
  }
}

/** Encoded photos by `label/name`, as many of each label. */
export async function renderPhotos(perLabel: number): Promise<Record<string, Uint8Array>> {
  const random = createRandom(1)
  const raw = { width: 40, height: 40, channels: 3 } as const
  const files: Record<string, Uint8Array> = {}
  for (const [place, label] of LABELS.entries()) {
    for (let i = 0; i < perLabel; i += 1) {
      const photo = sharp(renderSolid(place, raw.width, random), { raw })
      files[`${label}/${i}.jpg`] = await photo.jpeg().toBuffer()
    }
  }
  return files
}
