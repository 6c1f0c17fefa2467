import { toImportError } from './import-error'
import { toMs } from './k6-json'
import type { Sample } from './k6-sample'
import type { Line } from './read-lines'

const FIRST = ['metric_name', 'timestamp', 'metric_value']
const LAST = ['extra_tags', 'metadata']
/** Tags of k6's own that have a column each where they are asked for. */
const TAGS = [
  ...[
    'check',
    'error',
    'error_code',
    'expected_response',
    'group',
    'ip',
    'method',
    'name',
    'ocsp_status',
  ],
  ...['proto', 'scenario', 'service', 'status', 'subproto', 'tls_version', 'url', 'vu', 'iter'],
]
/** Digits of a time in ms, µs or ns since 1970, and how many of it make one ms. */
const UNITS: Readonly<Record<number, number>> = { 13: 1, 16: 1e3, 19: 1e6 }
const SECONDS = 10

/**
 * Makes a reader of the lines of `k6 run --out csv=FILE` that follow its header.
 *
 * @throws ImportError where the header has a column that k6 does not write, or lacks one that is needed
 */
export function toCsvReader(header: Line): (line: Line) => Sample {
  const columns = header.text.split(',')
  const needed = [...FIRST, 'extra_tags']
  const missing = needed.find((name) => !columns.includes(name))
  if (missing !== undefined) {
    throw toImportError(
      header,
      `there is no column ${missing}, so it is no file of k6: is --from right?`,
    )
  }
  const unknown = columns.find((name) => ![...FIRST, ...TAGS, ...LAST].includes(name))
  if (unknown !== undefined) throw toImportError(header, `there is an unknown column ${unknown}`)
  return (line) => toSample(line, columns)
}

function toSample(line: Line, columns: readonly string[]): Sample {
  const fields = toFields(line.text)
  if (fields?.length !== columns.length) {
    throw toImportError(line, `it does not have the ${columns.length} columns of the header`)
  }
  const of = (name: string): string => fields[columns.indexOf(name)] ?? ''
  const value = /^-?\d+(\.\d+)?$/.test(of('metric_value')) ? Number(of('metric_value')) : Number.NaN
  if (Number.isNaN(value)) {
    throw toImportError(
      line,
      `the value of ${of('metric_name')} is ${of('metric_value')}, no number`,
    )
  }
  const own = columns
    .filter((name) => TAGS.includes(name) && of(name) !== '')
    .map((name) => [name, of(name)] as const)
  const tags = Object.fromEntries([
    ...own,
    ...toPairs(of('extra_tags')),
    ...toPairs(of('metadata')),
  ])
  return {
    metric: of('metric_name'),
    time: toTime(of('timestamp'), line),
    value,
    tags,
    place: line,
  }
}

/** `photo=1.jpg&outcome=right`. */
const toPairs = (text: string): (readonly [string, string])[] =>
  text
    .split('&')
    .filter((pair) => pair.includes('='))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])

/** Whole seconds do not tell when a request was sent. */
function toTime(text: string, line: Line): number {
  const unit = /^\d+$/.test(text) ? UNITS[text.length] : undefined
  if (unit !== undefined) return Number(text) / unit
  if (/^\d+$/.test(text) && text.length === SECONDS) {
    throw toImportError(line, 'times are whole seconds: run k6 with K6_CSV_TIME_FORMAT=unix_micro')
  }
  const time = text.includes('.') ? toMs(text) : undefined
  if (time !== undefined) return time
  throw toImportError(
    line,
    `${text} is no time with a part of a second: K6_CSV_TIME_FORMAT=unix_micro`,
  )
}

/** Fields with commas are in quotes, quotes in them are doubled (RFC 4180); undefined: a quote has no end. */
function toFields(text: string): readonly string[] | undefined {
  if (!text.includes('"')) return text.split(',')
  const fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y
  for (;;) {
    const [, quoted, plain = '', end] = field.exec(text) ?? []
    if (end === undefined) return undefined
    fields.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === '') return fields
  }
}
