import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv2020, { type ErrorObject } from 'ajv/dist/2020'
import type { ModelEvaluation } from './model-evaluation'

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true })

const isEvaluation = ajv.compile<ModelEvaluation>(
  JSON.parse(readFileSync(join(__dirname, 'evaluation.schema.json'), 'utf8')) as object,
)

/**
 * Holds an evaluation to evaluation.schema.json.
 *
 * @throws Error that lists every place that is not as it should be
 */
export function validateEvaluation(evaluation: unknown): asserts evaluation is ModelEvaluation {
  if (isEvaluation(evaluation)) return
  const faults = new Set((isEvaluation.errors ?? []).map(toFault))
  throw new Error(`the evaluation is not as its schema says: ${[...faults].join('; ')}`)
}

function toFault({ instancePath, message = 'is wrong', params }: ErrorObject): string {
  const { additionalProperty } = params as { readonly additionalProperty?: string }
  const what = additionalProperty === undefined ? '' : ` (${additionalProperty})`
  return `${instancePath || 'it'} ${message}${what}`
}
