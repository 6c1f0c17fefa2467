import type { LABELS } from '../../inference/index'

export type Label = (typeof LABELS)[number]

export const SPLITS = ['train', 'val', 'test'] as const
export type Split = (typeof SPLITS)[number]

/** How the data say which photo has which label. */
export type Origin = 'manifest' | 'folders' | 'yelp'

/** A labelled photo. */
export interface Entry {
  /** Path below the data folder or in the tar, with `/`. */
  readonly file: string
  readonly label: Label
  readonly split: Split
  /** A open licence, B open repository of mixed origin, C non-commercial, D none stated; undefined where the data do not say. */
  readonly tier: string | undefined
  /** Repository or collection the photo is from; undefined where the data do not say. */
  readonly source: string | undefined
  /** No training photo of this label comes from this photo's source. */
  readonly heldoutSource: boolean
}

/** A labelled photo before it is looked at. */
export type Candidate = Omit<Entry, 'split'> & {
  /** Undefined where the seed is to decide. */
  readonly split: Split | undefined
  /** Photos of one group belong on one side of the split. */
  readonly group: string | undefined
}

/** A photo that is not used, and why. */
export interface Exclusion {
  readonly file: string
  /** One of few, so that photos can be counted by it. */
  readonly reason: string
  /** What is particular to this photo. */
  readonly detail?: string
}
