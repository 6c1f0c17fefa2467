/** What a model says of one photo. The probabilities of all of a model's labels sum to 1. */
export interface Prediction {
  readonly label: string
  readonly probability: number
  /** Of every label in the model's order, or of the most probable, those first. */
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

/** Of a model with more labels only some probabilities are told, unless more are asked for: 1,000 would be 30 KB. */
export const MAX_LABELS_TOLD = 20
/** So many. */
export const DEFAULT_TOP = 5

/**
 * Names a model's probabilities and picks the largest (the first of equals).
 *
 * @param probabilities one row of the engine's answer, [labels.length]
 * @param top how many of the most probable labels to tell; undefined: all of at most 20 labels, else 5
 */
export function toPrediction(
  labels: readonly string[],
  probabilities: Float32Array,
  top = labels.length > MAX_LABELS_TOLD ? DEFAULT_TOP : undefined,
): Prediction {
  if (top !== undefined) return toTopPrediction(labels, probabilities, top)
  let best = 0
  for (let i = 1; i < labels.length; i++) {
    if ((probabilities[i] ?? 0) > (probabilities[best] ?? 0)) best = i
  }
  const named = Object.fromEntries(labels.map((label, i) => [label, probabilities[i] ?? 0]))
  return { label: labels[best] ?? '', probability: probabilities[best] ?? 0, probabilities: named }
}

function toTopPrediction(
  labels: readonly string[],
  probabilities: Float32Array,
  top: number,
): Prediction {
  const order = Array.from(labels.keys())
  // Stable: equals stay in the order of the labels.
  order.sort((left, right) => (probabilities[right] ?? 0) - (probabilities[left] ?? 0))
  const rows = order
    .slice(0, top)
    .map((at): [string, number] => [labels[at] ?? '', probabilities[at] ?? 0])
  const [[label, probability] = ['', 0]] = rows
  return { label, probability, probabilities: Object.fromEntries(rows) }
}
