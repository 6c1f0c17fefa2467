/** What a model says of one photo. `probabilities` has every label of the model and sums to 1. */
export interface Prediction {
  readonly label: string
  readonly probability: number
  readonly probabilities: Readonly<Record<string, number>>
}

/** Where the time of one photo went, in ms; `totalMs` = `queueMs` + `decodeMs` + `predictMs`. */
export interface Timings {
  /** Waiting for a worker, and for the photos that share its batch. */
  readonly queueMs: number
  readonly decodeMs: number
  /** The engine's time for the whole batch, as each of its photos waited for all of it. */
  readonly predictMs: number
  readonly totalMs: number
}

/** A prediction with the time it took. */
export interface Classification {
  readonly prediction: Prediction
  readonly timings: Timings
}

/**
 * Names a model's probabilities and picks the largest (the first of equals).
 *
 * @param probabilities one row of the engine's answer, [labels.length]
 */
export function toPrediction(labels: readonly string[], probabilities: Float32Array): Prediction {
  let best = 0
  for (let i = 1; i < labels.length; i++) {
    if ((probabilities[i] ?? 0) > (probabilities[best] ?? 0)) best = i
  }
  const named = Object.fromEntries(labels.map((label, i) => [label, probabilities[i] ?? 0]))
  return { label: labels[best] ?? '', probability: probabilities[best] ?? 0, probabilities: named }
}
