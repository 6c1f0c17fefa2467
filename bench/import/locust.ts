import { toTimings } from '../load/server-timing'
import type { Observation } from '../run'
import { ImportError, toImportError } from './import-error'
import type { Place } from './import-error'
import {
  noteMessage,
  requireModel,
  toImportedWorkload,
  toOutcome,
  toPhotoNumber,
  toTime,
} from './imported'
import type { ImportedTrial, Known, Machine } from './imported'
import type { Line } from './read-lines'

type Row = Readonly<Record<string, unknown>>

/** The fields of each kind of line, all of which it has, and no others. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  begin: [
    ...['kind', 'version', 'tool', 'startedAt', 'workload', 'seed', 'model', 'photos', 'machine'],
    'loadAverage',
  ],
  request: [
    ...['kind', 'photo', 'sentAt', 'responseTime', 'status', 'outcome', 'message', 'serverTiming'],
  ],
  end: ['kind', 'requests', 'cutOff', 'cpuSeconds', 'loadAverage'],
}

/**
 * Reads the rows that bench/locust/locustfile.py wrote.
 *
 * @throws ImportError naming file and line
 */
export async function readLocust(lines: AsyncIterable<Line>, known: Known): Promise<ImportedTrial> {
  const observations: Observation[] = []
  const messages = new Set<string>()
  let first: Parameters<typeof toTrial>[0] | undefined
  let last: { readonly row: Row; readonly place: Place } | undefined
  let place: Place = { file: '', line: 0 }
  for await (const line of lines) {
    place = line
    const row = parse(line)
    if (last !== undefined) throw toImportError(line, 'the file goes on after its end line')
    if (first === undefined) first = toBeginning(row, line, known)
    else if (row['kind'] === 'end') last = { row, place: line }
    else if (row['kind'] === 'request') {
      observations.push(toObservation(row, line, known))
      noteMessage(messages, row['message'] as string | null)
    } else throw toImportError(line, 'a second begin line: one file is one trial')
  }
  if (first === undefined) throw new ImportError(`${place.file} is empty`)
  if (last === undefined) throw toImportError(place, 'no end line follows: the file was cut short')
  return toTrial(first, { observations, messages: [...messages], ...toEnd(last, observations) })
}

function parse(line: Line): Row {
  let value: unknown
  try {
    value = JSON.parse(line.text)
  } catch (cause) {
    throw toImportError(line, 'it is no JSON, so not a row of bench/locust/locustfile.py', cause)
  }
  const row = (typeof value === 'object' && value !== null ? value : {}) as Row
  const fields = FIELDS[String(row['kind'])]
  if (fields === undefined) {
    throw toImportError(line, 'it is not a row of bench/locust/locustfile.py: is --from right?')
  }
  const unknown = Object.keys(row).find((name) => !fields.includes(name))
  if (unknown !== undefined) throw toImportError(line, `there is no field ${unknown}`)
  const missing = fields.find((name) => row[name] === undefined)
  if (missing === undefined) return row
  throw toImportError(line, `the field ${missing} is missing`)
}

type Beginning = Pick<
  ImportedTrial,
  'file' | 'tool' | 'workload' | 'seed' | 'model' | 'startedAt' | 'machine'
> & { readonly loadBefore: readonly number[] | null }

function toBeginning(row: Row, place: Place, known: Known): Beginning {
  if (row['kind'] !== 'begin' || row['version'] !== 1) {
    throw toImportError(place, 'the file does not begin with a begin line of version 1')
  }
  const model = row['model'] as ImportedTrial['model']
  requireModel(known, model?.sha256, place)
  const photos: unknown = row['photos']
  if (String(photos) !== String(known.sha256s)) {
    throw toImportError(place, 'other photos were sent than those in the folder of --photos')
  }
  const startedAt = Date.parse(String(row['startedAt']))
  if (Number.isNaN(startedAt)) throw toImportError(place, 'startedAt is no time of ISO 8601')
  return {
    file: place.file,
    tool: String(row['tool']),
    workload: toImportedWorkload(row['workload'], place),
    seed: toTime(row['seed'], 'seed', place),
    model,
    startedAt,
    machine: row['machine'] as Machine,
    loadBefore: row['loadAverage'] as readonly number[] | null,
  }
}

function toObservation(row: Row, place: Place, known: Known): Observation {
  const status = row['status'] === null ? null : toTime(row['status'], 'status', place)
  const outcome = toOutcome(row['outcome'], status, place)
  const responseTime = status === null ? null : toTime(row['responseTime'], 'responseTime', place)
  const header = row['serverTiming']
  return {
    photo: toPhotoNumber(known, row['photo'], place),
    sentAt: toTime(row['sentAt'], 'sentAt', place),
    ...{ responseTime, status, outcome },
    ...toTimings(typeof header === 'string' ? header : undefined),
    lag: null,
  }
}

interface End {
  readonly failures: readonly string[]
  readonly generatorCpuSeconds: number
  readonly loadAfter: readonly number[] | null
}

function toEnd(
  { row, place }: { readonly row: Row; readonly place: Place },
  observations: readonly Observation[],
): End {
  const requests = toTime(row['requests'], 'requests', place)
  if (requests !== observations.length) {
    throw toImportError(
      place,
      `${requests} requests were made, but there are rows of ${observations.length}`,
    )
  }
  const cutOff = toTime(row['cutOff'], 'cutOff', place)
  return {
    failures:
      cutOff === 0
        ? []
        : [`requests that were cut off when Locust stopped (--requests waits for all): ${cutOff}`],
    generatorCpuSeconds: toTime(row['cpuSeconds'], 'cpuSeconds', place),
    loadAfter: row['loadAverage'] as readonly number[] | null,
  }
}

function toTrial(
  { loadBefore, ...beginning }: Beginning,
  { loadAfter, observations, ...end }: End & Pick<ImportedTrial, 'observations' | 'messages'>,
): ImportedTrial {
  return {
    ...beginning,
    ...end,
    observations: [...observations].sort((one, other) => one.sentAt - other.sentAt),
    loadAverage:
      loadBefore === null || loadAfter === null ? null : { before: loadBefore, after: loadAfter },
  }
}
