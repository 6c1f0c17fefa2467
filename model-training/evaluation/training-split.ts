/** How training divided photos whose data do not say their parts, as far as a model's card tells. */
export interface TrainingSplit {
  /** Undefined where the card does not tell, as of a model from elsewhere. */
  readonly seed: number | undefined
  /** Undefined where all photos of a label were used, not a sample. */
  readonly photosPerLabel: number | undefined
  /** Those that were learnt from; undefined where the card does not tell. */
  readonly licenceTiers: readonly string[] | undefined
}

/** Reads the `training` of a card, which may be anybody's: what is of another form there is not told. */
export function toTrainingSplit(training: unknown): TrainingSplit {
  const { seed, photosPerLabel, licenceTiers } = Object(training) as Readonly<
    Record<string, unknown>
  >
  return {
    seed: toCount(seed, 0),
    photosPerLabel: toCount(photosPerLabel, 1),
    licenceTiers: isNames(licenceTiers) ? licenceTiers : undefined,
  }
}

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string')

const toCount = (value: unknown, least: number): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? value : undefined
