// JSON schemas of what this provider reads in serverless.yml; Serverless refuses everything else with its place.

const text = { type: 'string', minLength: 1 } as const
const strings = { type: 'object', additionalProperties: { type: 'string' } } as const
/** A number in YAML is meant as text: environment variables have no other type. */
const environment = {
  type: 'object',
  additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
} as const
const quantity = { anyOf: [{ type: 'string', pattern: '^[0-9.]+[a-zA-Z]*$' }, { type: 'number' }] }
const seconds = {
  anyOf: [
    { type: 'string', pattern: '^[0-9]+$' },
    { type: 'integer', minimum: 1 },
  ],
}
const port = { type: 'integer', minimum: 1, maximum: 65_535 } as const
const path = { type: 'string', pattern: '^/' } as const
const host = { type: 'string', pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$' } as const

const resources = {
  cpu: quantity,
  memorySize: quantity,
  requests: {
    type: 'object',
    properties: { cpu: quantity, memory: quantity },
    additionalProperties: false,
  },
} as const

/** Of `provider`. */
export const PROVIDER_SCHEMA = {
  properties: {
    runtime: text,
    namespace: text,
    hostname: host,
    timeout: seconds,
    environment,
    ...resources,
    ingress: {
      type: 'object',
      properties: { class: text, annotations: strings, tlsSecret: text },
      additionalProperties: false,
    },
    /** Seconds that a rollout may take. */
    rolloutTimeout: { type: 'integer', minimum: 1, maximum: 3600 },
  },
} as const

/** Of each of `functions`. */
export const FUNCTION_SCHEMA = {
  properties: {
    handler: { type: 'string', pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_]+$' },
    runtime: text,
    description: { type: 'string' },
    timeout: seconds,
    environment,
    labels: strings,
    port,
    ...resources,
    package: { type: 'object', properties: { artifact: text }, additionalProperties: false },
    readinessPath: path,
    nodePort: { type: 'boolean' },
    autoscale: {
      type: 'object',
      properties: {
        min: { type: 'integer', minimum: 1 },
        max: { type: 'integer', minimum: 1 },
        cpu: { type: 'integer', minimum: 1, maximum: 1000 },
      },
      required: ['max'],
      additionalProperties: false,
    },
  },
} as const

/** Of `events`, by their name. */
export const EVENT_SCHEMAS = {
  http: {
    type: 'object',
    properties: {
      path,
      hostname: host,
      /** An Ingress of ours in place of an HTTPTrigger. */
      ingress: { type: 'boolean' },
    },
    additionalProperties: false,
  },
  trigger: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,249}$' },
  schedule: { type: 'string', pattern: '^(\\S+ ){4}\\S+$' },
} as const
