import type { Backbone } from './backbone'
import type { PhotoStore } from './data/photo-store'
import { createFeatureCache, type FeatureCache } from './feature-cache'
import { fitHead, type Head } from './head'
import { toLabelWeights } from './label-weights'
import { createTeacher, type Teacher } from './teacher'

interface PrepareOptions {
  readonly backbone: Backbone
  /** All that is learnt from; the photos with a label come first. */
  readonly photos: PhotoStore
  /** Of the first photos; the head is not fitted on those that are undefined. */
  readonly labels: readonly (number | undefined)[]
  readonly labelCount: number
  /** Of each photo. */
  readonly views: number
  /** Decides them, with the least share of a photo that one shows. */
  readonly seed: number
  readonly smallestArea: number
  /** To keep the backbone's features in. */
  readonly folder: string
  /** How many of all views' photos are done. */
  readonly onProgress: (done: number, all: number) => void
}

/**
 * Makes a teacher of a backbone: computes its features of every view of every photo, which takes long
 * and is kept, and fits a head on those of the photos with a label.
 */
export async function prepareTeacher(options: PrepareOptions): Promise<Teacher> {
  const { cache, head } = await fitHeadOn(options)
  return createTeacher({ cache, head, width: options.backbone.width, views: options.views })
}

/** Fits a head on a backbone's features of all views of the photos with a label, and of the whole ones. */
export async function fitHeadOn(
  options: PrepareOptions,
): Promise<{ readonly cache: FeatureCache; readonly head: Head }> {
  const { backbone, photos, labels, labelCount, views, onProgress } = options
  const all = photos.count * (views + 1)
  let before = 0
  const cache = createFeatureCache({
    ...options,
    onProgress: (done) => {
      onProgress(before + done, all)
    },
  })
  const known = [...labels.keys()].filter((place) => labels[place] !== undefined)
  const rows: Float32Array[] = []
  for (const view of [undefined, ...Array.from({ length: views }, (_, i) => i)]) {
    const features = await cache.read(view)
    before += photos.count
    rows.push(...known.map((place) => toRow(features, place, backbone.width)))
  }
  const head = fitHead(
    {
      features: join(rows),
      width: backbone.width,
      labels: rows.flatMap((_, i) => labels[known[i % known.length] ?? 0] ?? []),
    },
    { labelCount, labelWeights: toLabelWeights(labels) },
  )
  return { cache, head }
}

const toRow = (features: Float32Array, place: number, width: number): Float32Array =>
  features.slice(place * width, (place + 1) * width)

function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}
