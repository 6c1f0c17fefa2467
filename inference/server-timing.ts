import type { Timings } from './prediction'

/**
 * Server-Timing (W3C) with durations in ms.
 *
 * @param serialiseMs what making the answer's text took, which the text itself cannot tell; not part of the total
 */
export function toServerTiming(
  { queueMs, decodeMs, predictMs, totalMs }: Timings,
  serialiseMs?: number,
): string {
  const members = { queue: queueMs, decode: decodeMs, predict: predictMs, total: totalMs }
  const all = serialiseMs === undefined ? members : { ...members, serialise: serialiseMs }
  return Object.entries(all)
    .map(([name, ms]) => `${name};dur=${toMicroseconds(ms)}`)
    .join(', ')
}

/** Ms, told to the microsecond. */
export const toMicroseconds = (ms: number): number => Math.round(ms * 1000) / 1000
