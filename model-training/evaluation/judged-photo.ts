/** A photo of the data with what is known of it; what no manifest says is undefined. */
export interface KnownPhoto {
  /** Path below the data folder, with `/`. */
  readonly file: string
  readonly label: string
  /** Licence tier. */
  readonly tier: string | undefined
  /** Repository or collection the photo is from. */
  readonly source: string | undefined
  /** No training photo of this label comes from this photo's source. */
  readonly heldoutSource: boolean
}

/** A known photo and what the model says of it. */
export interface JudgedPhoto extends KnownPhoto {
  /** [labels], in the model's order. */
  readonly probabilities: Float32Array
}

/** A photo that was not judged, and why. */
export interface FailedPhoto {
  readonly file: string
  readonly reason: string
}

/** Place of the largest probability, the first of equals, as serving takes it; -1 of none. */
export function toPredicted(probabilities: Float32Array | Float64Array): number {
  let best = probabilities.length > 0 ? 0 : -1
  for (const [i, probability] of probabilities.entries()) {
    if (probability > (probabilities[best] ?? 0)) best = i
  }
  return best
}
