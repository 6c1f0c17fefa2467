import type { Observation } from '../run'

type Timings = Pick<
  Observation,
  'queueTime' | 'decodeTime' | 'predictionTime' | 'serviceTime' | 'serialiseTime'
>

const MEMBERS = {
  queueTime: 'queue',
  decodeTime: 'decode',
  predictionTime: 'predict',
  serviceTime: 'total',
  serialiseTime: 'serialise',
} as const

/** A member's name and its parameters. Commas and semicolons of a quoted string are its own. */
const MEMBER = /([^\s;,="]+)((?:\s*;[^;,"]*(?:"[^"]*")?)*)/g
const PARAMETER = /;\s*([^\s;,="]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/g
const NUMBER = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/**
 * The target's own times (ms) in a Server-Timing header (W3C Server Timing): `queue;dur=0.4, decode;dur=2.9`. What the
 * header does not say is null.
 */
export function toTimings(header: string | undefined): Timings {
  const durations = new Map<string, number>()
  for (const [, name = '', parameters = ''] of (header ?? '').matchAll(MEMBER)) {
    const duration = toDuration(parameters)
    if (duration !== undefined) durations.set(name.toLowerCase(), duration)
  }
  const of = (name: keyof Timings): number | null => durations.get(MEMBERS[name]) ?? null
  return {
    queueTime: of('queueTime'),
    decodeTime: of('decodeTime'),
    predictionTime: of('predictionTime'),
    serviceTime: of('serviceTime'),
    serialiseTime: of('serialiseTime'),
  }
}

function toDuration(parameters: string): number | undefined {
  const all = [...parameters.matchAll(PARAMETER)]
  const [, , quoted, plain] = all.find(([, name]) => name?.toLowerCase() === 'dur') ?? []
  const text = quoted ?? plain ?? ''
  const duration = NUMBER.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(duration) ? duration : undefined
}
