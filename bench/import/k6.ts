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
import type { ImportedTrial, Known } from './imported'
import { toCsvReader } from './k6-csv'
import { toJsonSample } from './k6-json'
import type { Sample } from './k6-sample'
import type { Line } from './read-lines'

/** What the samples of one iteration say of its request, by metric. */
type Request = Map<string, Sample>

const DURATION = 'http_req_duration'
const BLOCKED = 'http_req_blocked'
const ANSWERS = 'photo_twin_answers'
const ENDED = 'photo_twin_ended'
/** What the script found in Server-Timing has a metric each, called after its member. */
const PREFIX = 'photo_twin_'
const MEMBERS = ['queue', 'decode', 'predict', 'total', 'serialise']
const OF_REQUESTS = [DURATION, BLOCKED, ANSWERS, ...MEMBERS.map((name) => `${PREFIX}${name}`)]
/** Told by the script of the whole trial. */
const COMMON = ['workload', 'seed', 'model'] as const
const SCRIPTS = 'bench/k6/closed.js or open.js'

/**
 * Reads what k6 wrote with `--out json=FILE` or `--out csv=FILE` while it ran bench/k6/closed.js or open.js.
 *
 * @throws ImportError naming file and line
 */
export async function readK6(lines: AsyncIterable<Line>, known: Known): Promise<ImportedTrial> {
  const requests = new Map<string, Request>()
  let [first, hasEnded, dropped]: [Sample | undefined, boolean, number] = [undefined, false, 0]
  let place: Place = { file: '', line: 0 }
  for await (const sample of toSamples(lines)) {
    place = sample.place
    if (sample.metric === 'dropped_iterations') dropped += sample.value
    else if (sample.metric === ENDED) hasEnded = true
    else if (OF_REQUESTS.includes(sample.metric)) {
      first ??= sample
      requireSame(first, sample)
      add(requests, sample)
    }
  }
  if (first === undefined) throw new ImportError(`${place.file} has no request of ${SCRIPTS} in it`)
  if (!hasEnded) throw toImportError(place, `no ${ENDED} follows: the file was cut short`)
  return toTrial([...requests.values()], { first, dropped, known })
}

/** The first line tells whether it is JSON or CSV. */
async function* toSamples(lines: AsyncIterable<Line>): AsyncGenerator<Sample> {
  let read: ((line: Line) => Sample | undefined) | undefined
  for await (const line of lines) {
    if (read === undefined && !line.text.startsWith('{')) {
      read = toCsvReader(line)
      continue
    }
    read ??= toJsonSample
    const sample = read(line)
    if (sample !== undefined) yield sample
  }
}

function requireSame(first: Sample, { tags, place }: Sample): void {
  const other = COMMON.find((name) => tags[name] !== first.tags[name])
  if (other === undefined) return
  throw toImportError(place, `the tag ${other} is another than before: one file is one trial`)
}

function add(requests: Map<string, Request>, sample: Sample): void {
  const { vu, iter } = sample.tags
  if (vu === undefined || iter === undefined) {
    throw toImportError(sample.place, `the sample has no vu and iter: run ${SCRIPTS}`)
  }
  const key = `${vu} ${iter}`
  const request = requests.get(key) ?? new Map<string, Sample>()
  requests.set(key, request)
  if (request.has(sample.metric)) {
    throw toImportError(
      sample.place,
      `a second ${sample.metric} of one iteration: one file is one trial`,
    )
  }
  request.set(sample.metric, sample)
}

interface Found {
  readonly first: Sample
  readonly dropped: number
  readonly known: Known
}

function toTrial(requests: readonly Request[], { first, dropped, known }: Found): ImportedTrial {
  const { tags, place } = first
  requireModel(known, tags['model'], place)
  const workload = toImportedWorkload(tags['workload'], place)
  const messages = new Set<string>()
  const complete = requests.filter((request) => request.has(ANSWERS) && request.has(DURATION))
  for (const request of complete) noteMessage(messages, request.get(ANSWERS)?.tags['said'])
  const rows = complete
    .map((request) => toObservation(request, workload.kind, known))
    .sort((one, other) => one.sentAt - other.sentAt)
  const startedAt = rows[0]?.sentAt ?? first.time
  return {
    file: place.file,
    tool: 'k6',
    workload,
    seed: toSeed(tags['seed'], place),
    model: known.model,
    startedAt,
    observations: rows.map((row) => ({ ...row, sentAt: row.sentAt - startedAt })),
    messages: [...messages],
    ...{ generatorCpuSeconds: null, machine: null, loadAverage: null },
    failures: toFailures(dropped, requests.length - complete.length),
  }
}

function toSeed(text: string | undefined, place: Place): number {
  return toTime(text === undefined ? undefined : Number(text), 'the tag seed', place)
}

function toFailures(dropped: number, cutOff: number): readonly string[] {
  return [
    ...(dropped > 0
      ? [`requests that were not sent, as all of k6’s users were busy: ${dropped}`]
      : []),
    ...(cutOff > 0 ? [`requests that were cut off when k6 stopped: ${cutOff}`] : []),
  ]
}

/** `sentAt` is since 1970. In the open loop a user waits for the connection, too; the closed one keeps it. */
function toObservation(
  request: Request,
  kind: ImportedTrial['workload']['kind'],
  known: Known,
): Observation {
  const [duration, answer] = [request.get(DURATION), request.get(ANSWERS)]
  if (duration === undefined || answer === undefined) throw new Error('not complete')
  const { place, tags } = duration
  const told = answer.tags['outcome']
  const isAnswered = told !== 'timed-out' && told !== 'unanswered'
  const code = toTime(Number(tags['status'] ?? 'none'), 'the tag status', place)
  const status = isAnswered ? code : null
  const outcome = toOutcome(told, status, answer.place)
  const connecting = kind === 'open' ? (toValue(request.get(BLOCKED)) ?? 0) : 0
  const time = connecting + toTime(duration.value, DURATION, place)
  return {
    photo: toPhotoNumber(known, answer.tags['photo'], answer.place),
    sentAt: duration.time - time,
    responseTime: isAnswered ? time : null,
    ...{ status, outcome },
    ...toTimings(toServerTiming(request)),
    lag: null,
  }
}

/** The header again, which has one meaning for all load generators. */
const toServerTiming = (request: Request): string =>
  MEMBERS.flatMap((name) => {
    const time = toValue(request.get(`${PREFIX}${name}`))
    return time === null ? [] : [`${name};dur=${time}`]
  }).join(', ')

const toValue = (sample: Sample | undefined): number | null =>
  sample === undefined ? null : toTime(sample.value, sample.metric, sample.place)
