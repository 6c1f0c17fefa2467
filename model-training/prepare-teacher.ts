import type { Backbone } from './backbone'
import type { PhotoStore } from './data/photo-store'
import { createFeatureCache, type FeatureCache } from './feature-cache'
import { fitHead, type Head, type LabelledFeatures } from './head'
import { toLabelWeights } from './label-weights'
import { createTeacher, type Teacher } from './teacher'
import { toView, type ViewOptions } from './views'

interface PrepareOptions {
  readonly backbone: Backbone
  /** All that is learnt from; the photos with a label come first. */
  readonly photos: PhotoStore
  /** Of the first photos; the head is not fitted on those that are undefined. */
  readonly labels: readonly (number | undefined)[]
  readonly labelCount: number
  /** Of each photo. */
  readonly views: number
  readonly viewing: ViewOptions
  /** To keep the backbone's features in. */
  readonly folder: string
  /** How many of all views' photos are done. */
  readonly onProgress: (done: number, all: number) => void
  /** Told what a person should know, in a sentence. */
  readonly onNotice?: (notice: string) => void
  readonly signal?: AbortSignal | undefined
}

/** That a head is fitted on: those of MobileNetV2 take 100 MB. More views of the same photos hardly change it. */
const MOST_ROWS = 20_000

/**
 * Makes a teacher of a backbone: computes its features of every view of every photo, which takes long
 * and is kept, and fits a head on those of the photos with a label.
 */
export async function prepareTeacher(
  options: PrepareOptions,
): Promise<{ readonly teacher: Teacher } & Pick<FittedHead, 'featuresTime'>> {
  const { cache, head, featuresTime } = await fitHeadOn(options)
  const { backbone, views } = options
  const teacher = await createTeacher({ cache, head, width: backbone.width, views })
  return { teacher, featuresTime }
}

interface FittedHead {
  readonly cache: FeatureCache
  readonly head: Head
  /** That computing all features took, in ms, in this process or earlier ones; undefined where a view's is not known. */
  readonly featuresTime: number | undefined
  /** That the head took, in ms. */
  readonly fittingTime: number
}

/** Fits a head on a backbone's features of the photos with a label, whole and in as many views as there is room for. */
export async function fitHeadOn(options: PrepareOptions): Promise<FittedHead> {
  const { photos, labels, labelCount, onProgress } = options
  const views = [undefined, ...Array.from({ length: options.views }, (_, view) => view)]
  let before = 0
  const cache = createFeatureCache({
    ...options,
    onProgress: (done) => {
      onProgress(before + done, photos.count * views.length)
    },
  })
  const known = toSample([...labels.keys()].filter((place) => labels[place] !== undefined))
  const rows: Row[] = []
  for (const view of views) {
    const features = await cache.read(view)
    before += photos.count
    // No label describes two photos.
    const pure = known.filter((photo) => view === undefined || !isMixed(options, { photo, view }))
    if (rows.length + pure.length <= MOST_ROWS) rows.push(...toRows(features, pure, options))
  }
  const startedAt = performance.now()
  const head = fitHead(toTraining(rows, options), {
    labelCount,
    labelWeights: toLabelWeights(labels),
  })
  const fittingTime = performance.now() - startedAt
  return { cache, head, fittingTime, featuresTime: await sumTimes(cache, views) }
}

interface Row {
  readonly features: Float32Array
  readonly label: number
}

const toRows = (
  features: Float32Array,
  places: readonly number[],
  { backbone: { width }, labels }: PrepareOptions,
): Row[] =>
  places.map((place) => ({
    features: features.slice(place * width, (place + 1) * width),
    label: labels[place] ?? 0,
  }))

const toTraining = (
  rows: readonly Row[],
  { backbone: { width } }: PrepareOptions,
): LabelledFeatures => ({
  width,
  features: join(rows.map(({ features }) => features)),
  labels: rows.map(({ label }) => label),
})

async function sumTimes(
  cache: FeatureCache,
  views: readonly (number | undefined)[],
): Promise<number | undefined> {
  const times = await Promise.all(views.map((view) => cache.readTime(view)))
  const known = times.filter((time) => time !== undefined)
  return known.length < times.length ? undefined : known.reduce((sum, time) => sum + time, 0)
}

const isMixed = (
  { photos, viewing }: PrepareOptions,
  { photo, view }: { readonly photo: number; readonly view: number },
): boolean => toView({ photo, view, photos: photos.count }, viewing).over !== undefined

/** At most `MOST_ROWS` of them, evenly. */
function toSample(places: readonly number[]): readonly number[] {
  const step = Math.max(1, places.length / MOST_ROWS)
  return Array.from({ length: Math.floor(places.length / step) }, (_, i) => {
    return places[Math.floor(i * step)] ?? 0
  })
}

function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}
