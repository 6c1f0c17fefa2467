import type { Timings } from './prediction'

/** Server-Timing (W3C) with durations in ms. */
export const toServerTiming = ({ queueMs, decodeMs, predictMs, totalMs }: Timings): string =>
  `queue;dur=${toMicroseconds(queueMs)}, decode;dur=${toMicroseconds(decodeMs)}, ` +
  `predict;dur=${toMicroseconds(predictMs)}, total;dur=${toMicroseconds(totalMs)}`

/** Ms, told to the microsecond. */
export const toMicroseconds = (ms: number): number => Math.round(ms * 1000) / 1000
