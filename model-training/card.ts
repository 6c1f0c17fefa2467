import { LABELS, type ModelInput, toModelSha256 } from '../inference/index'
import type { NetworkFiles } from './artifact'
import { SPLITS, type Entry, type Exclusion } from './dataset'
import type { Evaluation } from './evaluate'

interface CardFacts {
  readonly name: string
  readonly input: ModelInput
  readonly network: { readonly parameters: number; readonly macs: number }
  readonly entries: readonly Entry[]
  readonly excluded: readonly Exclusion[]
  readonly training: {
    readonly seed: number
    readonly epochs: number
    /** The epoch whose weights these are. */
    readonly bestEpoch: number
    readonly licenceTiers: readonly string[]
    readonly engine: { readonly name: string; readonly version: string }
    readonly commit: string
    readonly minutes: number
  }
  readonly evaluation: Evaluation
  readonly files: NetworkFiles
}

const NOT_YELP =
  'They are not Yelp’s photos, and no figure of this card says how the model does on those.'

/** What a model says of itself, as `card.json` holds it; `loadModel` accepts it beside `files`. */
export function toCard({ name, input, network, files, ...facts }: CardFacts) {
  const { entries, excluded, training, evaluation } = facts
  const parts = [files['model.json'], files['weights.bin']]
  return {
    name,
    labels: LABELS,
    input,
    network: { ...network, weightsBytes: files['weights.bin'].byteLength },
    data: {
      description: describe(entries),
      photos: entries.length,
      perLabel: byLabel(entries, (own) => tally(own, ({ split }) => split, SPLITS)),
      licenceTiers: byLabel(entries, toTiers),
      excluded: { photos: excluded.length, reasons: tally(excluded, ({ reason }) => reason) },
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

function describe(entries: readonly Entry[]): string {
  const sources = new Set(entries.map(({ source }) => source).filter((source) => source))
  if (sources.size === 0) {
    return 'A folder of labelled photos without a manifest: this card does not know their origin and licences.'
  }
  return (
    `A folder of labelled photos from ${sources.size} public sources, split and licence tiers by its manifest ` +
    '(A: explicit open licence, B: open repository of mixed origin, C: non-commercial, never trained on, ' +
    `D: none stated). ${NOT_YELP}`
  )
}

/** Counts and shares of each licence tier of one label, overall and in the training part. */
function toTiers(entries: readonly Entry[]) {
  const training = entries.filter(({ split }) => split === 'train')
  const counts = tally(entries, ({ tier }) => tier ?? 'unknown')
  const trained = tally(training, ({ tier }) => tier ?? 'unknown')
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

/** How many items have each key, in the order of the given keys, then of the alphabet. */
function tally<T>(
  items: readonly T[],
  toKey: (item: T) => string,
  order: readonly string[] = [],
): Record<string, number> {
  const keys = [...new Set([...order, ...items.map(toKey).sort()])]
  return Object.fromEntries(
    keys.map((key) => [key, items.filter((item) => toKey(item) === key).length]),
  )
}

/** Every number to four digits: the intervals are a hundred times wider. */
const rounded = (evaluation: Evaluation): unknown =>
  JSON.parse(
    JSON.stringify(evaluation, (_, value: unknown) =>
      typeof value === 'number' ? round(value) : value,
    ),
  )

const round = (value: number): number => Math.round(value * 1e4) / 1e4
