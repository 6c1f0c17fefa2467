import { STATUS } from '../inference'
import type { ErrorCode } from '../inference'

interface OpenApiOptions {
  readonly labels: readonly string[]
  readonly maxBytes: number
}

const JSON_TYPE = 'application/json'
const PROBLEM_TYPE = 'application/problem+json'
const probability = { type: 'number', minimum: 0, maximum: 1 }
const milliseconds = { type: 'number', minimum: 0, description: 'ms' }
const photo = { type: 'string', format: 'binary' }

const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  EMPTY_PHOTO: 'no photo was sent',
  INVALID_FORM: 'the request or its multipart form cannot be read',
  UNAUTHENTICATED: 'who asks is not known',
  NOT_FOUND: 'there is nothing at this address',
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

/** What `POST /classify` can answer, as OpenAPI 3.1. */
export function toOpenApi({ labels, maxBytes }: OpenApiOptions): Readonly<Record<string, unknown>> {
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
      '/classify': { post: toClassify(maxBytes) },
      '/healthz': { get: toProbe('healthz', 'The process lives') },
      '/readyz': { get: toProbe('readyz', 'Photos are answered', '503') },
      '/metrics': { get: toProbe('metrics', 'Metrics in the Prometheus text format') },
    },
    components: {
      schemas: { Classification: toClassificationSchema(labels), Problem: problemSchema },
    },
  }
}

function toClassify(maxBytes: number): Record<string, unknown> {
  const raw = { schema: { ...photo, maxLength: maxBytes } }
  return {
    operationId: 'classify',
    summary: 'Classify one photo',
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
            description: 'queue, decode, predict and total, dur in ms',
            schema: { type: 'string' },
          },
        },
        content: { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/Classification' } } },
      },
      ...toProblems(),
    },
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

function toClassificationSchema(labels: readonly string[]): Record<string, unknown> {
  const timings = {
    queueMs: milliseconds,
    decodeMs: milliseconds,
    predictMs: milliseconds,
    totalMs: milliseconds,
  }
  return closed({
    label: { type: 'string', enum: labels },
    probability,
    probabilities: closed(Object.fromEntries(labels.map((label) => [label, probability]))),
    model: closed({
      name: { type: 'string' },
      sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    }),
    timings: closed(timings),
  })
}

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
