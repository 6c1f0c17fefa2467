import { between, createRandom, type Random } from './random'

/**
 * Top, left, bottom and right of the part of a photo to keep, 0..1; left > right mirrors it.
 */
export type Box = readonly [number, number, number, number]

const WIDEST_ASPECT = 4 / 3

/** How views are drawn; the same options draw the same views. */
export interface ViewOptions {
  readonly seed: number
  /** Least share of a photo that a view shows. */
  readonly smallestArea: number
  /** Share of the views that have a part of another photo laid over them. */
  readonly mixedShare: number
}

/** What is seen in one view of a photo. */
export interface View {
  readonly box: Box
  readonly over?: {
    /** Place of another photo. */
    readonly photo: number
    readonly box: Box
    /** How much of what is seen is that photo, 0..0.5. */
    readonly share: number
  }
}

/**
 * What is seen of a photo in one view of it: a part, and in some views part of another photo over it
 * (Zhang et al. 2018), which no label describes but a teacher does (Beyer et al. 2022). The same for
 * the same options, photo and view, so that a teacher's opinion of it can be kept.
 *
 * @param photos how many there are
 */
export function toView(
  {
    photo,
    view,
    photos,
  }: { readonly photo: number; readonly view: number; readonly photos: number },
  { seed, smallestArea, mixedShare }: ViewOptions,
): View {
  const random = createRandom(seed, view, photo)
  const box = drawBox(random, smallestArea)
  if (random() >= mixedShare) return { box }
  const over = { photo: Math.floor(random() * photos), share: random() / 2 }
  return { box, over: { ...over, box: drawBox(random, smallestArea) } }
}

/** A random part of a photo (`smallestArea` to all of the area), every other one mirrored. */
function drawBox(random: Random, smallestArea: number): Box {
  const side = Math.sqrt(between(random, smallestArea, 1))
  const stretch = WIDEST_ASPECT ** between(random, -0.5, 0.5)
  const width = Math.min(1, side * stretch)
  const height = Math.min(1, side / stretch)
  const top = between(random, 0, 1 - height)
  const left = between(random, 0, 1 - width)
  const [first, last] = random() < 0.5 ? [left, left + width] : [left + width, left]
  return [top, first, top + height, last]
}

/** All of the photo, as serving sees it. */
export const WHOLE: Box = [0, 0, 1, 1]
