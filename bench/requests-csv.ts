import { OUTCOMES } from './run'
import type { Observation, Outcome } from './run'

/** requests.csv.gz: one line a request. Empty: not known. Times are ms with three decimals. */
export const HEADER =
  'trial,photo,sentAt,responseTime,status,outcome,queueTime,decodeTime,predictionTime,serviceTime,lag,serialiseTime\n'

/** Of older runs: they end before columns that there were not. */
const OLDER_HEADERS = [/,lag,serialiseTime/, /,serialiseTime/].map((end) => HEADER.replace(end, ''))

/** Lines of one trial, without the header. */
export function toCsv(trial: number, observations: readonly Observation[]): string {
  return observations
    .map((row) =>
      [
        trial,
        row.photo,
        toText(row.sentAt),
        toText(row.responseTime),
        row.status ?? '',
        row.outcome,
        toText(row.queueTime),
        toText(row.decodeTime),
        toText(row.predictionTime),
        toText(row.serviceTime),
        toText(row.lag),
        toText(row.serialiseTime),
      ].join(','),
    )
    .map((line) => `${line}\n`)
    .join('')
}

const toText = (time: number | null): string =>
  time === null ? '' : String(Math.round(time * 1000) / 1000)

/** A line that is not one of `toCsv`'s. */
export class CsvError extends Error {
  override readonly name = 'CsvError'
}

/**
 * Rows by trial. What follows the last line's end is left out: the rest of a write that a full disk cut short.
 *
 * @throws CsvError naming the line
 */
export function parseCsv(text: string): ReadonlyMap<number, readonly Observation[]> {
  const rows = new Map<number, Observation[]>()
  const lines = text.split('\n').slice(0, -1)
  const header = `${lines[0] ?? ''}\n`
  if (![HEADER, ...OLDER_HEADERS].includes(header)) throw new CsvError('line 1 is not the header')
  const columns = header.split(',').length
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue
    const { trial, observation } = parseLine(line, index + 1, columns)
    const ofTrial = rows.get(trial)
    if (ofTrial === undefined) rows.set(trial, [observation])
    else ofTrial.push(observation)
  }
  return rows
}

function parseLine(
  line: string,
  number: number,
  columns: number,
): { trial: number; observation: Observation } {
  const fields = line.split(',')
  const numbers = fields.map((field) => (field === '' ? null : Number(field)))
  const [trial, photo, sentAt, responseTime = null, status = null, , ...times] = numbers
  const outcome = OUTCOMES.find((name) => name === fields[5])
  const known = numbers.every((value, index) => index === 5 || !Number.isNaN(value))
  if (fields.length !== columns || !known || outcome === undefined) throw toError(number)
  if (trial == null || photo == null || sentAt == null) throw toError(number)
  return { trial, observation: { photo, sentAt, responseTime, status, ...toRest(outcome, times) } }
}

function toRest(
  outcome: Outcome,
  times: readonly (number | null)[],
): Omit<Observation, 'photo' | 'sentAt' | 'responseTime' | 'status'> {
  const [queueTime = null, decodeTime = null, predictionTime = null] = times
  const [serviceTime = null, lag = null, serialiseTime = null] = times.slice(3)
  return { outcome, queueTime, decodeTime, predictionTime, serviceTime, lag, serialiseTime }
}

const toError = (line: number): CsvError => new CsvError(`line ${line} is not a request's row`)
