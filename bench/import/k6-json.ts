import { toImportError } from './import-error'
import type { Sample } from './k6-sample'
import type { Line } from './read-lines'

interface Envelope {
  readonly type?: unknown
  readonly metric?: unknown
  readonly data?: {
    readonly time?: unknown
    readonly value?: unknown
    readonly tags?: Readonly<Record<string, string>> | null
    readonly metadata?: Readonly<Record<string, string>>
  }
}

/**
 * Reads a line of `k6 run --out json=FILE`.
 *
 * @returns undefined where it says what a metric is, and is no sample
 * @throws ImportError naming file and line
 */
export function toJsonSample(line: Line): Sample | undefined {
  const { type, metric, data } = parse(line)
  if (type === 'Metric') return undefined
  if (type !== 'Point' || typeof metric !== 'string' || data === undefined) {
    throw toImportError(line, 'it is no sample of k6: is --from right?')
  }
  const { time, value, tags, metadata } = data
  const at = toMs(String(time))
  if (at === undefined) throw toImportError(line, `${String(time)} is no time of RFC 3339`)
  if (typeof value !== 'number') throw toImportError(line, `the value of ${metric} is no number`)
  return { metric, time: at, value, tags: { ...tags, ...metadata }, place: line }
}

function parse(line: Line): Envelope {
  try {
    return (JSON.parse(line.text) ?? {}) as Envelope
  } catch (cause) {
    throw toImportError(line, 'it is no JSON, as in a file of k6 --out json', cause)
  }
}

/** ms since 1970 of RFC 3339, with all digits of its fraction, which Date.parse cuts; undefined: it is none. */
export function toMs(text: string): number | undefined {
  const [, date, fraction = '', zone] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? []
  const seconds = Date.parse(`${date ?? ''}${zone ?? ''}`)
  return Number.isNaN(seconds) ? undefined : seconds + Number(`0${fraction}`) * 1000
}
