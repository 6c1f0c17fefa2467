import type { Observation } from '../run'

type Timings = Pick<Observation, 'queueTime' | 'decodeTime' | 'predictionTime' | 'serviceTime'>

const MEMBERS = {
  queueTime: 'queue',
  decodeTime: 'decode',
  predictionTime: 'predict',
  serviceTime: 'total',
} as const

/**
 * The target's own times (ms) in a Server-Timing header (W3C Server Timing): `queue;dur=0.4, decode;dur=2.9`. What the
 * header does not say is null.
 */
export function toTimings(header: string | undefined): Timings {
  const durations = new Map<string, number>()
  for (const member of (header ?? '').split(',')) {
    const [name = '', ...parameters] = member.split(';').map((part) => part.trim())
    const duration = parameters.find((parameter) => /^dur=/i.test(parameter))?.slice('dur='.length)
    if (duration !== undefined && /^\d+(\.\d+)?$/.test(duration)) {
      durations.set(name.toLowerCase(), Number(duration))
    }
  }
  const of = (name: keyof Timings): number | null => durations.get(MEMBERS[name]) ?? null
  return {
    queueTime: of('queueTime'),
    decodeTime: of('decodeTime'),
    predictionTime: of('predictionTime'),
    serviceTime: of('serviceTime'),
  }
}
