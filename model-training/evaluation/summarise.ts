import { toWilsonInterval, type Interval } from '../interval'
import type { JudgedPhoto } from './judged-photo'
import { toPredicted } from './judged-photo'
import {
  countConfusion,
  countHits,
  toBalancedAccuracy,
  toLabelQualities,
  toLoss,
  type Judgement,
} from './metrics'
import type { Mistake, ModelEvaluation, OpenTiers, Part, Share } from './model-evaluation'

/** What follows from the judged photos alone. */
export type Summary = Pick<
  ModelEvaluation,
  | 'photos'
  | 'accuracy'
  | 'loss'
  | 'balancedAccuracy'
  | 'perLabel'
  | 'confusion'
  | 'heldoutSources'
  | 'unseenSources'
  | 'perSource'
  | 'perLabelAndSource'
  | 'perTier'
  | 'openTiers'
  | 'mistakes'
>

interface SummaryOptions {
  /** The model's, in its order. */
  readonly labels: readonly string[]
  /** Sources of the training part; undefined where the data do not say. */
  readonly trainingSources: ReadonlySet<string> | undefined
  /** How many mistakes are kept. */
  readonly mistakes?: number
}

/** Explicit open licence, and open repository of mixed origin. */
const OPEN_TIERS = ['A', 'B']

/**
 * Reduces judged photos to figures.
 *
 * @throws RangeError of no photos
 */
export function summarise(
  photos: readonly JudgedPhoto[],
  { labels, trainingSources, mistakes = 24 }: SummaryOptions,
): Summary {
  const judgements = toJudgements(photos, labels)
  const confusion = countConfusion(judgements, labels.length)
  const heldout = photos.filter(({ heldoutSource }) => heldoutSource)
  const unseen = photos.filter(({ source }) => isUnseen(source, trainingSources))
  const sourced = photos.flatMap((photo) =>
    photo.source ? [{ ...photo, source: photo.source }] : [],
  )
  const tiered = photos.flatMap((photo) =>
    photo.tier === undefined ? [] : [{ ...photo, tier: photo.tier }],
  )
  return {
    photos: photos.length,
    accuracy: toAccuracy(judgements),
    loss: toLoss(judgements) ?? 0,
    balancedAccuracy: toBalancedAccuracy(confusion) ?? 0,
    perLabel: Object.fromEntries(
      toLabelQualities(confusion).map((quality, i) => [labels[i] ?? '', quality]),
    ),
    confusion,
    heldoutSources: heldout.length > 0 ? toPart(heldout, labels) : null,
    unseenSources: unseen.length > 0 ? toPart(unseen, labels) : null,
    perSource: group(
      sourced,
      ({ source }) => source,
      (own) => toShare(own, labels),
    ),
    perLabelAndSource: toPerLabelAndSource(sourced, labels),
    perTier: group(
      tiered,
      ({ tier }) => tier || 'unknown',
      (own) => toPart(own, labels),
    ),
    openTiers: toOpenTiers(photos, labels),
    mistakes: toMistakes(photos, labels).slice(0, mistakes),
  }
}

/** Rows and places of the truth. */
export function toJudgements(
  photos: readonly JudgedPhoto[],
  labels: readonly string[],
): Judgement[] {
  return photos.map(({ probabilities, label }) => ({
    probabilities,
    truth: labels.indexOf(label),
  }))
}

/**
 * Share of right predictions with its interval.
 *
 * @throws RangeError of no judgements
 */
export const toAccuracy = (judgements: readonly Judgement[]): Interval =>
  toWilsonInterval(countHits(judgements), judgements.length)

function isUnseen(
  source: string | undefined,
  trainingSources: ReadonlySet<string> | undefined,
): boolean {
  return source !== undefined && source !== '' && trainingSources?.has(source) === false
}

function toShare(photos: readonly JudgedPhoto[], labels: readonly string[]): Share {
  return { photos: photos.length, accuracy: toAccuracy(toJudgements(photos, labels)) }
}

function toPart(photos: readonly JudgedPhoto[], labels: readonly string[]): Part {
  const judgements = toJudgements(photos, labels)
  return {
    ...toShare(photos, labels),
    balancedAccuracy: toBalancedAccuracy(countConfusion(judgements, labels.length)) ?? 0,
    photosPerLabel: Object.fromEntries(
      labels.map((name) => [name, photos.filter(({ label }) => label === name).length]),
    ),
  }
}

function toPerLabelAndSource(
  photos: readonly (JudgedPhoto & { readonly source: string })[],
  labels: readonly string[],
): ModelEvaluation['perLabelAndSource'] {
  return labels.flatMap((label) => {
    const own = photos.filter((photo) => photo.label === label)
    const shares = group(
      own,
      ({ source }) => source,
      (some) => toShare(some, labels),
    )
    return Object.entries(shares).map(([source, share]) => ({ label, source, ...share }))
  })
}

function toOpenTiers(photos: readonly JudgedPhoto[], labels: readonly string[]): OpenTiers | null {
  const open = photos.filter(({ tier }) => tier !== undefined && OPEN_TIERS.includes(tier))
  if (open.length === 0) return null
  const perLabel = labels.map((label): [string, Share | null] => {
    const own = open.filter((photo) => photo.label === label)
    return [label, own.length > 0 ? toShare(own, labels) : null]
  })
  return { tiers: OPEN_TIERS, ...toPart(open, labels), perLabel: Object.fromEntries(perLabel) }
}

/** Wrong predictions, the likeliest first; equally likely ones by file. */
function toMistakes(photos: readonly JudgedPhoto[], labels: readonly string[]): Mistake[] {
  const all = photos.map(({ file, label, probabilities }): Mistake => {
    const predicted = toPredicted(probabilities)
    return {
      file,
      label,
      predicted: labels[predicted] ?? '',
      probability: probabilities[predicted] ?? 0,
      labelProbability: probabilities[labels.indexOf(label)] ?? 0,
    }
  })
  return all
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.probability - a.probability || (a.file < b.file ? -1 : 1))
}

/** Groups items by a key, in the order of the alphabet. */
function group<T, U>(
  items: readonly T[],
  toKey: (item: T) => string,
  reduce: (own: readonly T[]) => U,
): Readonly<Record<string, U>> {
  const keys = [...new Set(items.map(toKey))].sort()
  return Object.fromEntries(
    keys.map((key) => [key, reduce(items.filter((item) => toKey(item) === key))]),
  )
}
