import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { Backbone } from './backbone'
import type { CacheUse } from './data/cache-error'
import { keepFile } from './data/keep-file'
import type { PhotoStore } from './data/photo-store'
import { openFeatureExtractor } from './feature-extractor'
import { showViews } from './show-views'
import { toView, WHOLE, type ViewOptions } from './views'

/** Features of photos by a backbone, computed once and kept on disk. */
export interface FeatureCache {
  /**
   * Features of all photos in one view, [photos, backbone.width].
   *
   * @param view undefined is the whole photo, as serving sees it
   * @throws CacheError if the disk is full or may not be written to
   */
  read(view: number | undefined): Promise<Float32Array>
  /** How long those of a view took to compute, in ms, whenever that was; undefined where nobody has kept it. */
  readTime(view: number | undefined): Promise<number | undefined>
}

interface FeatureOptions {
  readonly backbone: Backbone
  readonly photos: PhotoStore
  /** To keep them in; photos, views and backbone have a folder of their own there. */
  readonly folder: string
  readonly viewing: ViewOptions
  /** How many photos of a view are done. */
  readonly onProgress?: (done: number, all: number) => void
  /** Told what a person should know, in a sentence, once. */
  readonly onNotice?: ((notice: string) => void) | undefined
  /** Stops the computation with its reason; the views that are done stay. */
  readonly signal?: AbortSignal | undefined
}

const USE: CacheUse = {
  what: 'a backbone’s features',
  otherwise: 'or remove older folders beside it, which are made anew when needed',
}

/** More at once take longer each, as their activations leave the processor's caches. */
const BATCH = 8

/** Keeps the features of each view in a file of its own, so that an interrupted computation goes on where it was. */
export function createFeatureCache(given: FeatureOptions): FeatureCache {
  const notices = new Set<string>()
  const onNotice = (notice: string): void => {
    // A backbone is opened for each view anew.
    if (!notices.has(notice)) given.onNotice?.(notice)
    notices.add(notice)
  }
  const options = { ...given, onNotice }
  const folder = join(options.folder, toKey(options))
  const bytes = options.photos.count * options.backbone.width * Float32Array.BYTES_PER_ELEMENT
  const toPath = (view: number | undefined) =>
    join(folder, view === undefined ? 'whole' : `view-${view}`)
  return {
    async read(view) {
      const path = `${toPath(view)}.f32`
      const kept = await readFile(path).catch(() => undefined)
      if (kept?.byteLength === bytes) return new Float32Array(new Uint8Array(kept).buffer)
      const startedAt = performance.now()
      const features = await computeFeatures(options, view)
      const time = Math.round(performance.now() - startedAt)
      // Before the features, which without it would have taken nobody knows how long.
      await keepFile(`${toPath(view)}.ms`, String(time), USE)
      await keepFile(path, new Uint8Array(features.buffer), USE)
      return features
    },
    async readTime(view) {
      const kept = await readFile(`${toPath(view)}.ms`, 'utf8').catch(() => '')
      return /^\d+$/.test(kept) ? Number(kept) : undefined
    },
  }
}

/** Other photos, views or backbones have other features. */
function toKey({ backbone, photos, viewing }: FeatureOptions): string {
  const { size, count } = photos
  const { seed, smallestArea, mixedShare } = viewing
  const hash = createHash('sha256')
  hash.update(JSON.stringify([backbone.sha256, backbone.scale, backbone.offset]))
  hash.update(JSON.stringify([seed, smallestArea, mixedShare, size, count]))
  const photo = new Uint8Array(size * size * 3)
  for (let place = 0; place < count; place += 1) {
    photos.read(place, photo)
    hash.update(photo)
  }
  return hash.digest('hex').slice(0, 32)
}

async function computeFeatures(
  options: FeatureOptions,
  view: number | undefined,
): Promise<Float32Array> {
  const { backbone, photos, onProgress, onNotice, signal } = options
  const all = new Float32Array(photos.count * backbone.width)
  const extractor = await openFeatureExtractor(backbone, onNotice)
  try {
    for (let start = 0; start < photos.count; start += BATCH) {
      signal?.throwIfAborted()
      const count = Math.min(BATCH, photos.count - start)
      const places = Array.from({ length: count }, (_, i) => start + i)
      const pixels = toPixels(options, places, view)
      all.set(await extractor.extract(pixels), start * backbone.width)
      pixels.dispose()
      onProgress?.(start + count, photos.count)
    }
  } finally {
    await extractor.close()
  }
  return all
}

/** [places, size, size, 3], as the backbone takes them. */
function toPixels(
  { backbone, photos, viewing }: FeatureOptions,
  places: readonly number[],
  view: number | undefined,
): tf.Tensor4D {
  const views = places.map((photo) =>
    view === undefined ? { box: WHOLE } : toView({ photo, view, photos: photos.count }, viewing),
  )
  return tf.tidy(() => {
    const pixels = showViews(photos, { places, views }, backbone.size)
    return tf.add<tf.Tensor4D>(tf.mul(pixels, backbone.scale), backbone.offset)
  })
}
