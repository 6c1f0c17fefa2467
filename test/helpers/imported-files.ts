import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadPhotos } from '../../bench/photos/photos'
import { readPhotoSet, writePhotoSet } from '../../bench/photos/photo-set'
import type { PhotoSet } from '../../bench/photos/photo-set'
import type { Known } from '../../bench/import/imported'
import { toFakeAnswer } from './fake-target'

export const MODEL = { name: 'fake', sha256: 'f'.repeat(64) }
/** When the first trial began, in ms since 1970. */
export const BEGAN_AT = Date.parse('2026-01-02T03:04:05.000Z')

/** Three drawn photos and what a fake target says of them, in a folder of their own. */
export async function makePhotoSet(folder: string, model = MODEL): Promise<PhotoSet> {
  const { photos } = await loadPhotos({ seed: 1, count: 3 })
  const predictions = photos.map(({ bytes }) => toFakeAnswer(bytes))
  await writePhotoSet(folder, photos, { predictions, model })
  return readPhotoSet(folder)
}

export const toKnown = ({ photos, model }: PhotoSet): Known => ({
  numbers: new Map(photos.map(({ file }, number) => [file, number])),
  sha256s: photos.map(({ sha256 }) => sha256),
  model,
})

/** A trial of another load generator: one request after the other. */
export interface MadeFile {
  readonly photos: PhotoSet
  /** Response times, ms; one a request. */
  readonly times: readonly number[]
  /** ms since BEGAN_AT. */
  readonly at?: number
  readonly workload?: string
  readonly seed?: number
}

type Row = Record<string, unknown>

/** What the Locust file writes, as objects: change what a test is about. */
export function toLocustRows(made: MadeFile): Row[] {
  const { photos, times, at = 0, workload = 'closed:1', seed = 1 } = made
  const names = photos.photos.map(({ file }) => file)
  let sentAt = 0
  const requests = times.map((time, number): Row => {
    const row = {
      ...{ kind: 'request', photo: names[number % names.length], sentAt, responseTime: time },
      ...{ status: 200, outcome: 'right', message: null },
      serverTiming: `queue;dur=0.1, decode;dur=0.2, predict;dur=${time / 2}, total;dur=${time / 2 + 0.3}`,
    }
    sentAt += time
    return row
  })
  return [
    {
      ...{ kind: 'begin', version: 1, tool: 'Locust 2.0', workload, seed, model: MODEL },
      startedAt: new Date(BEGAN_AT + at).toISOString(),
      photos: photos.photos.map(({ sha256 }) => sha256),
      machine: {
        ...{ cores: 4, memoryBytes: 2 ** 33, platform: 'linux', release: '6.0' },
        ...{ architecture: 'x86_64', python: '3.11.0' },
      },
      loadAverage: [0.1, 0.1, 0.1],
    },
    ...requests,
    {
      ...{ kind: 'end', requests: times.length, cutOff: 0, cpuSeconds: 0.5 },
      loadAverage: [0.5, 0.2, 0.1],
    },
  ]
}

export const toNdjson = (rows: readonly unknown[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** A sample as k6's documentation has it; vu and iter in the metadata, where k6 has them since 0.41. */
export interface K6Sample {
  metric: string
  type: 'Point'
  data: {
    time: string
    value: number
    tags: Record<string, string>
    metadata: Record<string, string>
  }
}

/** What k6 would write of such a trial. */
export function toK6Samples(made: MadeFile): K6Sample[] {
  const { photos, times, at = 0, workload = 'closed:1', seed = 1 } = made
  const names = photos.photos.map(({ file }) => file)
  const common = { workload, seed: String(seed), model: MODEL.sha256, scenario: 'photos' }
  let endedAt = BEGAN_AT + at
  const requests = times.flatMap((time, iter) => {
    endedAt += time
    const photo = names[iter % names.length] ?? ''
    const toSample = (metric: string, value: number, tags: object): K6Sample => ({
      ...{ metric, type: 'Point' },
      data: {
        ...{ time: toNanoseconds(endedAt), value, tags: { ...common, ...tags } },
        metadata: { vu: '1', iter: String(iter) },
      },
    })
    const http = { photo, name: '/classify', method: 'POST', status: '200' }
    return [
      toSample('http_req_duration', time - 0.5, http),
      toSample('http_req_blocked', 0.5, http),
      toSample('http_req_waiting', time - 1, http),
      toSample('photo_twin_answers', 1, { photo, outcome: 'right' }),
      toSample('photo_twin_predict', time / 2, { photo }),
      toSample('photo_twin_total', time / 2 + 0.3, { photo }),
    ]
  })
  const end: K6Sample = {
    ...{ metric: 'photo_twin_ended', type: 'Point' },
    data: { time: toNanoseconds(endedAt), value: 1, tags: common, metadata: {} },
  }
  return [...requests, end]
}

const toNanoseconds = (ms: number): string => {
  const whole = Math.floor(ms)
  const rest = String(Math.round((ms - whole) * 1e6)).padStart(6, '0')
  return new Date(whole).toISOString().replace('Z', `${rest}Z`)
}

const COLUMNS = ['error', 'error_code', 'method', 'name', 'scenario', 'status']

/** The same samples as k6's documentation has them in CSV, with times in µs. */
export function toK6Csv(samples: readonly K6Sample[]): string {
  const quote = (text: string): string =>
    /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  const joinPairs = (pairs: readonly (readonly [string, string])[]): string =>
    pairs.map(([name, value]) => `${name}=${value}`).join('&')
  const lines = samples.map(({ metric, data }) => {
    const [whole = '', fraction = ''] = data.time.replace('Z', '').split('.')
    const time = `${Date.parse(`${whole}Z`) / 1000}${fraction.slice(0, 6).padEnd(6, '0')}`
    const extra = Object.entries(data.tags).filter(([name]) => !COLUMNS.includes(name))
    return [
      ...[metric, time, data.value.toFixed(6)],
      ...COLUMNS.map((name) => data.tags[name] ?? ''),
      ...[joinPairs(extra), joinPairs(Object.entries(data.metadata))],
    ]
      .map(quote)
      .join(',')
  })
  const header = ['metric_name', 'timestamp', 'metric_value', ...COLUMNS, 'extra_tags', 'metadata']
  return [header.join(','), ...lines, ''].join('\n')
}

/** Writes a file into a folder. */
export async function writeInto(
  folder: string,
  name: string,
  content: string | Buffer,
): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, content)
  return file
}
