import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { Backbone } from './backbone'
import type { PhotoStore } from './data/photo-store'
import { readBatch } from './read-batch'
import { crop, toBox, WHOLE } from './views'

/** Features of photos by a backbone, computed once and kept on disk. */
export interface FeatureCache {
  /**
   * Features of all photos in one view, [photos, backbone.width].
   *
   * @param view undefined is the whole photo, as serving sees it
   */
  read(view: number | undefined): Promise<Float32Array>
}

interface FeatureOptions {
  readonly backbone: Backbone
  readonly photos: PhotoStore
  /** To keep them in; photos, views and backbone have a folder of their own there. */
  readonly folder: string
  /** Decides the views, with `smallestArea`, the least share of a photo that one shows. */
  readonly seed: number
  readonly smallestArea: number
  /** How many photos of a view are done. */
  readonly onProgress?: (done: number, all: number) => void
}

/** 32 photos at 224 px keep MobileNetV2's largest activation below 160 MB. */
const BATCH = 32

/** Keeps the features of each view in a file of its own, so that an interrupted computation goes on where it was. */
export function createFeatureCache(options: FeatureOptions): FeatureCache {
  const folder = join(options.folder, toKey(options))
  const bytes = options.photos.count * options.backbone.width * Float32Array.BYTES_PER_ELEMENT
  return {
    async read(view) {
      const path = join(folder, `${view === undefined ? 'whole' : `view-${view}`}.f32`)
      const kept = await readFile(path).catch(() => undefined)
      if (kept?.byteLength === bytes) return new Float32Array(new Uint8Array(kept).buffer)
      const features = computeFeatures(options, view)
      await mkdir(folder, { recursive: true })
      await writeFile(`${path}.new`, features)
      // A rename is all or nothing: nobody finds half a view.
      await rename(`${path}.new`, path)
      return features
    },
  }
}

/** Other photos, views or backbones have other features. */
function toKey({ backbone, photos, seed, smallestArea }: FeatureOptions): string {
  const { size, count } = photos
  const hash = createHash('sha256')
  hash.update(JSON.stringify([backbone.sha256, backbone.scale, backbone.offset]))
  hash.update(JSON.stringify([seed, smallestArea, size, count]))
  const photo = new Uint8Array(size * size * 3)
  for (let place = 0; place < count; place += 1) {
    photos.read(place, photo)
    hash.update(photo)
  }
  return hash.digest('hex').slice(0, 32)
}

function computeFeatures(options: FeatureOptions, view: number | undefined): Float32Array {
  const { backbone, photos, seed, smallestArea, onProgress } = options
  const all = new Float32Array(photos.count * backbone.width)
  for (let start = 0; start < photos.count; start += BATCH) {
    const count = Math.min(BATCH, photos.count - start)
    const places = Array.from({ length: count }, (_, i) => start + i)
    const features = tf.tidy(() => {
      const boxes = places.map((photo) =>
        view === undefined ? WHOLE : toBox(seed, { photo, view }, smallestArea),
      )
      const pixels = crop(readBatch(photos, places), boxes, backbone.size)
      const normalised = tf.add(tf.mul(pixels, backbone.scale), backbone.offset)
      return (backbone.body.predict(normalised) as tf.Tensor).dataSync<'float32'>()
    })
    all.set(features, start * backbone.width)
    onProgress?.(start + count, photos.count)
  }
  return all
}
