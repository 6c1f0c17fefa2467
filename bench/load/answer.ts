/** What a target answered, as far as the wire format is understood. */
export interface Prediction {
  readonly label: string
  readonly probabilities: Readonly<Record<string, number>>
}

/** How far probabilities of the same photo may be apart: threads and batches add in other orders. */
export const TOLERANCE = 1e-3

/** The prediction in an answer's body; undefined if it is no answer of the wire format. */
export function toPrediction(body: string): Prediction | undefined {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { label, probabilities } = value as Record<string, unknown>
  if (typeof label !== 'string' || !areNumbers(probabilities)) return undefined
  return Object.hasOwn(probabilities, label) ? { label, probabilities } : undefined
}

function areNumbers(value: unknown): value is Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((probability) => Number.isFinite(probability))
}

/** The same label, and the same probability of each label to 1e-3. */
export function agree(one: Prediction, other: Prediction): boolean {
  const labels = Object.keys(one.probabilities)
  return (
    one.label === other.label &&
    labels.length === Object.keys(other.probabilities).length &&
    labels.every((label) => {
      const [a = Number.NaN, b = Number.NaN] = [
        one.probabilities[label],
        other.probabilities[label],
      ]
      return Math.abs(a - b) <= TOLERANCE
    })
  )
}

/** `food (0.6123)`. */
export function toWords({ label, probabilities }: Prediction): string {
  return `${label} (${(probabilities[label] ?? Number.NaN).toFixed(4)})`
}

/** The model that an answer names; null if it names none. */
export function toModel(body: string): { name: string; sha256: string } | null {
  const { model } = JSON.parse(body) as { model?: Partial<Record<string, unknown>> }
  const { name, sha256 } = model ?? {}
  return typeof name === 'string' && typeof sha256 === 'string' ? { name, sha256 } : null
}
