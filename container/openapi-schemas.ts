import { MAX_LABELS_TOLD, STATUS } from '../inference'
import type { ModelCard } from '../inference'

const probability = { type: 'number', minimum: 0, maximum: 1 }
const milliseconds = { type: 'number', minimum: 0, description: 'ms' }
const bytes = { type: 'integer', minimum: 0 }
const model = {
  name: { type: 'string' },
  sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
}

/** Shapes of the container's JSON answers, by the names that its OpenAPI refers to. */
export function toSchemas(cards: readonly ModelCard[]): Readonly<Record<string, unknown>> {
  return {
    Classification: toClassificationSchema(cards),
    Models: modelsSchema,
    Problem: problemSchema,
  }
}

function toClassificationSchema(cards: readonly ModelCard[]): Record<string, unknown> {
  const timings = {
    queueMs: milliseconds,
    decodeMs: milliseconds,
    predictMs: milliseconds,
    totalMs: milliseconds,
  }
  const labels = [...new Set(cards.flatMap((card) => card.labels))]
  return closed({
    // More would be a list that nobody reads.
    label: { type: 'string', ...(labels.length > MAX_LABELS_TOLD ? {} : { enum: labels }) },
    probability,
    probabilities: {
      type: 'object',
      minProperties: 1,
      ...(labels.length > MAX_LABELS_TOLD
        ? { additionalProperties: probability }
        : {
            properties: Object.fromEntries(labels.map((label) => [label, probability])),
            additionalProperties: false,
          }),
    },
    model: closed(model),
    timings: closed(timings),
  })
}

const size = { type: 'integer', minimum: 1 }

const modelsSchema = closed({
  models: {
    type: 'array',
    minItems: 1,
    items: closed({
      ...model,
      default: { type: 'boolean' },
      labels: { type: 'integer', minimum: 2 },
      input: closed({ width: size, height: size }),
      memory: closed({
        weightsBytes: { ...bytes, description: "of the weights' files" },
        residentGrowthBytes: {
          ...bytes,
          description:
            "by how much the process's resident memory grew while its threads loaded the model",
        },
      }),
    }),
  },
})

const problemSchema = closed({
  type: { type: 'string' },
  title: { type: 'string' },
  status: { type: 'integer' },
  code: { type: 'string', enum: Object.keys(STATUS) },
  detail: { type: 'string' },
})

/** An object with exactly these properties. */
function closed(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  }
}
