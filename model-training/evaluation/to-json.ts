import { toPrettyJson } from '../json'
import type { ModelEvaluation } from './model-evaluation'
import { validateEvaluation } from './schema'

/** Digits that count: the intervals are a thousand times wider. */
const DIGITS = 6

/**
 * The text of evaluation.json, its numbers to six digits.
 *
 * @throws Error if the evaluation is not as evaluation.schema.json says
 */
export function toJson(evaluation: ModelEvaluation): string {
  const rounded: unknown = JSON.parse(
    JSON.stringify(evaluation, (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value)
        ? Number(value.toPrecision(DIGITS))
        : value,
    ),
  )
  validateEvaluation(rounded)
  return toPrettyJson(rounded)
}
