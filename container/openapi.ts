import { DEFAULT_TOP, MAX_LABELS_TOLD, STATUS } from '../inference'
import type { ErrorCode, ModelCard } from '../inference'
import { toSchemas } from './openapi-schemas'

interface OpenApiOptions {
  /** Of the models that are served, the default first. */
  readonly cards: readonly ModelCard[]
  readonly maxBytes: number
}

const JSON_TYPE = 'application/json'
const PROBLEM_TYPE = 'application/problem+json'
const photo = { type: 'string', format: 'binary' }
const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  EMPTY_PHOTO: 'no photo was sent',
  INVALID_FORM: 'the request or its multipart form cannot be read',
  INVALID_MESSAGE: 'a message from a broker cannot be read: never over HTTP',
  INVALID_QUERY: 'model or top is given more than once, or top is no whole number from 1',
  UNAUTHENTICATED: 'who asks is not known',
  NOT_FOUND: 'there is nothing at this address',
  UNKNOWN_MODEL: 'no model of this name is served; the detail names those that are',
  METHOD_NOT_ALLOWED: 'not POST',
  PHOTO_TOO_LARGE: 'too many bytes',
  PHOTO_TOO_MANY_PIXELS: 'width x height is too much',
  UNSUPPORTED_PHOTO: 'not a still JPEG, PNG or WebP',
  CORRUPT_PHOTO: 'damaged or cut off',
  CLIENT_GONE: 'the client did not wait for its answer: in logs and metrics only',
  INTERNAL: 'a fault of the server',
  OVERLOADED: 'too many photos are waiting; Retry-After says when to come back',
  TIMED_OUT: 'not answered in time',
}

/** What the container can be asked and answers, as OpenAPI 3.1. */
export function toOpenApi({ cards, maxBytes }: OpenApiOptions): Readonly<Record<string, unknown>> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'photo-twin',
      version: '1',
      description: 'Classifies a photo.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths: {
      '/classify': { post: toClassify(cards, maxBytes) },
      '/models': { get: toModels() },
      '/healthz': { get: toProbe('healthz', 'The process lives') },
      '/readyz': { get: toProbe('readyz', 'Photos are answered', '503') },
      '/metrics': { get: toProbe('metrics', 'Metrics in the Prometheus text format') },
    },
    components: {
      schemas: toSchemas(cards),
    },
  }
}

function toClassify(cards: readonly ModelCard[], maxBytes: number): Record<string, unknown> {
  const raw = { schema: { ...photo, maxLength: maxBytes } }
  return {
    operationId: 'classify',
    summary: 'Classify one photo',
    parameters: toParameters(cards),
    requestBody: {
      required: true,
      content: {
        'image/*': raw,
        'application/octet-stream': raw,
        'multipart/form-data': {
          schema: { type: 'object', required: ['photo'], properties: { photo } },
        },
      },
    },
    responses: {
      '200': {
        description: 'The prediction',
        headers: {
          'Server-Timing': {
            description: 'queue, decode, predict and their total, and serialise, dur in ms',
            schema: { type: 'string' },
          },
        },
        content: { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/Classification' } } },
      },
      ...toProblems(),
    },
  }
}

function toParameters(cards: readonly ModelCard[]): readonly Record<string, unknown>[] {
  const names = cards.map(({ name }) => name)
  return [
    {
      name: 'model',
      in: 'query',
      description: 'Which model classifies the photo',
      schema: { type: 'string', enum: names, default: names[0] },
    },
    {
      name: 'top',
      in: 'query',
      description:
        'How many of the most probable labels to tell, those first. Unless it is given: all, in the order of the ' +
        `model, if it has at most ${MAX_LABELS_TOLD}, else the ${DEFAULT_TOP} most probable`,
      schema: { type: 'integer', minimum: 1, maximum: 999_999 },
    },
  ]
}

function toModels(): Record<string, unknown> {
  const schema = { $ref: '#/components/schemas/Models' }
  return {
    operationId: 'models',
    summary: 'The models that are served, the default first, and what each costs',
    responses: { '200': { description: 'The models', content: { [JSON_TYPE]: { schema } } } },
  }
}

/** One response a status, which lists its codes. */
function toProblems(): Record<string, unknown> {
  const responses: Record<string, unknown> = {}
  for (const status of new Set(Object.values(STATUS))) {
    const codes = (Object.keys(STATUS) as ErrorCode[]).filter((code) => STATUS[code] === status)
    responses[String(status)] = {
      description: codes.map((code) => `${code}: ${MEANINGS[code]}`).join('; '),
      content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
    }
  }
  return responses
}

function toProbe(
  operationId: string,
  description: string,
  failure?: string,
): Record<string, unknown> {
  const text = { 'text/plain': { schema: { type: 'string' } } }
  return {
    operationId,
    summary: description,
    responses: {
      '200': { description, content: text },
      ...(failure === undefined ? {} : { [failure]: { description: 'Not yet', content: text } }),
    },
  }
}
