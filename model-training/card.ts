import { LABELS, type ModelInput, toModelSha256 } from '../inference/index'
import type { NetworkFiles } from './artifact'
import { countBy } from './data/count-by'
import { SPLITS, type Entry, type Exclusion, type Origin } from './data/entry'
import { toSources, type SourceShare } from './data/to-sources'
import type { Evaluation } from './evaluate'

/** How a model came about. */
export interface TrainingFacts {
  /** What gives the same network again, but for the folders' places. */
  readonly command: string
  readonly method: 'from scratch' | 'transfer'
  /** Of the catalogue; absent for a backbone with a new head. */
  readonly network?: string
  readonly seed: number
  /** As many as were asked for. */
  readonly epochs: number
  /** As many as there were, where patience ended them earlier. */
  readonly epochsRun?: number
  /** The epoch whose weights these are. */
  readonly bestEpoch: number
  /** The logits were divided by it, so that the validation part's loss is the lowest; absent if they were not. */
  readonly temperature?: number
  /** Of more photos of a label, so many were taken. */
  readonly photosPerLabel?: number
  readonly licenceTiers: readonly string[]
  /** Whose outputs were learnt from (from scratch), or whose body this is (transfer). */
  readonly teacher?: {
    readonly backbone: string
    readonly sha256: string
    /** How many views of each photo it saw. */
    readonly views: number
    /** That its features took, which later trainings find in the cache; absent where it is not known. */
    readonly minutes?: number
    /** Photos that only the teacher knew the labels of. */
    readonly unlabelledPhotos?: {
      readonly photos: number
      readonly licenceTiers: Readonly<Record<string, number>>
      readonly sources: Readonly<Record<string, SourceShare>>
    }
  }
  readonly engine: { readonly name: string; readonly version: string }
  readonly commit: string
  /** That the epochs, or fitting a new head, took. */
  readonly minutes: number
}

interface CardFacts {
  readonly name: string
  /** An SPDX expression, where it is told. */
  readonly licence: string | undefined
  readonly input: ModelInput
  readonly network: { readonly parameters: number; readonly macs: number }
  readonly origin: Origin
  readonly entries: readonly Entry[]
  readonly excluded: readonly Exclusion[]
  readonly training: TrainingFacts
  readonly evaluation: Evaluation
  readonly files: NetworkFiles
}

const NOT_YELP =
  'They are not Yelp’s photos, and no figure of this card says how the model does on those.'

const YELP_OPEN_DATASET =
  'Photos of the Yelp Open Dataset, labelled by Yelp and under the terms of the agreement that comes with it; ' +
  'split by business, so that no business is in two parts.'

const UNKNOWN_ORIGIN =
  'A folder of labelled photos without a manifest: this card does not know their origin and licences.'

const HOW_TO_RETRAIN =
  'On Yelp’s own photos: npm run train -- --data DIR, where DIR is the Yelp Open Dataset as Yelp ships it, ' +
  'photos.json beside the photos or their tar.'

/** What a model says of itself, as `card.json` holds it; `loadModel` accepts it beside `files`. */
export function toCard({ name, licence, input, network, files, ...facts }: CardFacts) {
  const { origin, entries, excluded, training, evaluation } = facts
  const parts = [files['model.json'], files['weights.bin']]
  return {
    name,
    labels: LABELS,
    input,
    ...(licence !== undefined && { licence }),
    network: { ...network, weightsBytes: files['weights.bin'].byteLength },
    data: {
      description: describe(origin, entries),
      ...(origin !== 'yelp' && { retraining: HOW_TO_RETRAIN }),
      photos: entries.length,
      perLabel: byLabel(entries, (own) => countBy(own, ({ split }) => split, SPLITS)),
      licenceTiers: byLabel(entries, toTiers),
      ...(origin === 'manifest' && { sources: toSources(entries) }),
      excluded: { photos: excluded.length, reasons: countBy(excluded, ({ reason }) => reason) },
    },
    training,
    evaluation: rounded(evaluation),
    files: {
      'model.json': toModelSha256(parts.slice(0, 1)),
      'weights.bin': toModelSha256(parts.slice(1)),
    },
    sha256: toModelSha256(parts),
  }
}

function describe(origin: Origin, entries: readonly Entry[]): string {
  if (origin === 'yelp') return YELP_OPEN_DATASET
  if (origin === 'folders') return UNKNOWN_ORIGIN
  const sources = new Set(entries.map(({ source }) => source).filter((source) => source))
  const from = sources.size === 0 ? 'sources it does not name' : `${sources.size} public sources`
  return (
    `A folder of labelled photos from ${from}, split and licence tiers by its manifest ` +
    '(A: explicit open licence, B: open repository of mixed origin, C: non-commercial, never trained on, ' +
    `D: none stated). ${NOT_YELP}`
  )
}

/** Counts and shares of each licence tier of one label, overall and in the training part. */
function toTiers(entries: readonly Entry[]) {
  const training = entries.filter(({ split }) => split === 'train')
  const counts = countBy(entries, ({ tier }) => tier ?? 'unknown')
  const trained = countBy(training, ({ tier }) => tier ?? 'unknown')
  const toRow = ([tier, photos]: [string, number]) => {
    const trainedPhotos = trained[tier] ?? 0
    const trainedShare = round(trainedPhotos / Math.max(1, training.length))
    return [tier, { photos, share: round(photos / entries.length), trainedPhotos, trainedShare }]
  }
  return Object.fromEntries(Object.entries(counts).map(toRow)) as unknown
}

function byLabel<T>(entries: readonly Entry[], summarise: (own: readonly Entry[]) => T) {
  return Object.fromEntries(
    LABELS.map((label) => [label, summarise(entries.filter((entry) => entry.label === label))]),
  )
}

/** Every number to four digits: the intervals are a hundred times wider. */
export const rounded = (evaluation: Evaluation): unknown =>
  JSON.parse(
    JSON.stringify(evaluation, (_, value: unknown) =>
      typeof value === 'number' ? round(value) : value,
    ),
  )

const round = (value: number): number => Math.round(value * 1e4) / 1e4
