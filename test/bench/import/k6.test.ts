import assert from 'node:assert/strict'
import { ImportError } from '../../../bench/import/import-error'
import type { ImportedTrial } from '../../../bench/import/imported'
import { readK6 } from '../../../bench/import/k6'
import { toTimings } from '../../../bench/load/server-timing'
import { readLines } from '../../../bench/import/read-lines'
import type { PhotoSet } from '../../../bench/photos/photo-set'
import {
  BEGAN_AT,
  makePhotoSet,
  MODEL,
  toK6Csv,
  toK6Samples,
  toKnown,
  toNdjson,
  writeInto,
} from '../../helpers/imported-files'
import type { K6Sample } from '../../helpers/imported-files'
import { useFolders } from '../../helpers/measured'

/** Made by hand from k6's documentation: k6 itself is not run here. */
describe('samples of k6', () => {
  const newFolder = useFolders()
  let photos: PhotoSet
  before(async () => {
    photos = await makePhotoSet(await newFolder())
  })
  const read = async (text: string): Promise<ImportedTrial> =>
    readK6(readLines(await writeInto(await newFolder(), 'samples', text)), toKnown(photos))
  const toSamples = (workload = 'closed:2'): K6Sample[] =>
    toK6Samples({ photos, times: [10, 20.25, 30, 40], workload })

  it('are a trial with a row a request, joined by vu and iter', async () => {
    const metric = { type: 'Metric', metric: 'vus', data: { type: 'gauge' } }
    const vus = { type: 'Point', metric: 'vus', data: { time: '2026-01-02T03:04:05Z', value: 2 } }
    const samples = [metric, vus, ...toSamples().reverse()]
    const { observations, file, ...trial } = await read(toNdjson(samples))
    assert.match(file, /samples$/)
    assert.equal(observations.length, 4)
    const { sentAt, responseTime, ...row } = observations[1] ?? { sentAt: 0, responseTime: 0 }
    assert.ok(Math.abs(sentAt - 10) < 1e-3 && responseTime === 19.75, String(sentAt))
    assert.deepEqual(row, {
      ...{ photo: 1, status: 200, outcome: 'right', lag: null },
      ...toTimings('predict;dur=10.125, total;dur=10.425'),
    })
    const { startedAt, ...rest } = trial
    assert.ok(Math.abs(startedAt - BEGAN_AT - 0.5) < 1e-3)
    assert.deepEqual(rest, {
      ...{ tool: 'k6', workload: { kind: 'closed', concurrency: 2 }, seed: 1, model: MODEL },
      ...{ messages: [], generatorCpuSeconds: null, machine: null, loadAverage: null },
      failures: [],
    })
  })

  it('are the same in CSV and in JSON, and with vu and iter among the tags', async () => {
    const samples = toSamples()
    const json = await read(toNdjson(samples))
    const csv = await read(toK6Csv(samples))
    const older = samples.map(({ data: { metadata, tags, ...data }, ...sample }) => ({
      ...{ ...sample, data: { ...data, tags: { ...tags, ...metadata } } },
    }))
    const round = (trial: ImportedTrial) =>
      trial.observations.map((row) => ({ ...row, sentAt: row.sentAt.toFixed(2) }))
    assert.deepEqual(round(csv), round(json))
    assert.deepEqual(round(await read(toNdjson(older))), round(json))
  })

  it('of an open loop count the wait for a connection, too', async () => {
    const { observations } = await read(toNdjson(toSamples('open:50')))
    assert.deepEqual(
      observations.map(({ responseTime }) => responseTime),
      [10, 20.25, 30, 40],
    )
  })

  it('tell of wrong answers, of lost ones, and of what was never sent', async () => {
    const samples = toSamples()
    const set = (iter: string, metric: string, tags: object): void => {
      const own = samples.filter(
        (each) => each.metric === metric && each.data.metadata['iter'] === iter,
      )
      for (const { data } of own) Object.assign(data.tags, tags)
    }
    set('0', 'photo_twin_answers', { outcome: 'wrong', said: 'menu (0.9), "but" food' })
    set('1', 'photo_twin_answers', { outcome: 'unanswered', said: 'connection refused' })
    set('1', 'http_req_duration', { status: '0', error_code: '1212' })
    const cut = samples.filter(
      ({ metric, data }) => metric !== 'photo_twin_answers' || data.metadata['iter'] !== '3',
    )
    const [first] = samples as [K6Sample]
    const dropped = { ...first, metric: 'dropped_iterations', data: { ...first.data, value: 3 } }
    for (const text of [toNdjson([dropped, ...cut]), toK6Csv([dropped, ...cut])]) {
      const { observations, messages, failures } = await read(text)
      assert.deepEqual(
        observations.map(({ outcome, responseTime, status }) => [
          outcome,
          status,
          responseTime === null,
        ]),
        [
          ['wrong', 200, false],
          ['unanswered', null, true],
          ['right', 200, false],
        ],
      )
      assert.deepEqual(messages, ['menu (0.9), "but" food', 'connection refused'])
      assert.deepEqual(failures, [
        'requests that were not sent, as all of k6’s users were busy: 3',
        'requests that were cut off when k6 stopped: 1',
      ])
    }
  })

  const change =
    (at: number, changes: object, tags: object = {}) =>
    (samples: K6Sample[]): string =>
      toNdjson(
        samples.map((sample, number) => {
          if (number !== at) return sample
          const data = { ...sample.data, ...changes, tags: { ...sample.data.tags, ...tags } }
          return { ...sample, data }
        }),
      )
  const inCsv =
    (from: string | RegExp, to: string) =>
    (samples: K6Sample[]): string =>
      toK6Csv(samples).replace(from, to)
  const CASES: readonly (readonly [string, (samples: K6Sample[]) => string, RegExp])[] = [
    [
      'no samples of the script',
      () =>
        toNdjson([
          { type: 'Point', metric: 'vus', data: { time: '2026-01-02T03:04:05Z', value: 1 } },
        ]),
      /samples has no request of bench\/k6/,
    ],
    [
      'another JSON',
      () => '{"kind":"begin"}\n',
      /line 1: it is no sample of k6: is --from right\?/,
    ],
    [
      'CSV after JSON',
      (samples) => `${toNdjson(samples.slice(0, 1))}a,b\n`,
      /line 2: it is no JSON/,
    ],
    [
      'JSON after CSV',
      (samples) => `${toK6Csv(samples)}{"type":"Point"}\n`,
      /line 27: it does not have the 11 columns/,
    ],
    [
      'a value that is none',
      change(0, { value: 'NaN' }),
      /line 1: the value of http_req_duration is no number/,
    ],
    [
      'NaN',
      (samples) => toNdjson(samples).replace('"value":9.5', '"value":NaN'),
      /line 1: it is no JSON/,
    ],
    ['a negative time', change(0, { value: -1 }), /line 1: http_req_duration is -1, and not/],
    [
      'a time of day that is none',
      change(0, { time: 'noon' }),
      /line 1: noon is no time of RFC 3339/,
    ],
    [
      'a photo of others',
      change(3, {}, { photo: 'x.jpg' }),
      /line 4: the photo x.jpg is not in the folder/,
    ],
    [
      'another model',
      (samples) => toNdjson(samples).replaceAll('f'.repeat(64), 'e'.repeat(64)),
      /line 1: the answers were checked against .* another model/,
    ],
    ['no status', change(0, {}, { status: undefined }), /line 1: the tag status is NaN/],
    [
      'a right answer with 500',
      change(0, {}, { status: '500' }),
      /line 4: a request with status 500 cannot be right/,
    ],
    ['no vu and iter', change(0, { metadata: {} }), /line 1: the sample has no vu and iter/],
    [
      'two trials',
      (samples) => toNdjson([...samples, ...samples]),
      /line 26: a second http_req_duration of one iteration/,
    ],
    [
      'two workloads',
      change(6, {}, { workload: 'closed:9' }),
      /line 7: the tag workload is another/,
    ],
    [
      'no end',
      (samples) => toNdjson(samples.slice(0, -1)),
      /line 24: no photo_twin_ended follows: the file was cut/,
    ],
    ['no end in CSV', (samples) => toK6Csv(samples.slice(0, -1)), /line 25: no photo_twin_ended/],
    [
      'an unknown column',
      inCsv('error_code', 'colour'),
      /line 1: there is an unknown column colour/,
    ],
    ['a missing column', inCsv('extra_tags', 'proto'), /line 1: there is no column extra_tags/],
    [
      'whole seconds in CSV',
      inCsv(/,17\d{14},/, ',1767323045,'),
      /line 2: times are whole seconds: run k6 with K6_CSV_TIME_FORMAT=unix_micro/,
    ],
    [
      'NaN in CSV',
      inCsv('9.500000', 'NaN'),
      /line 2: the value of http_req_duration is NaN, no number/,
    ],
    [
      'a row that is too short',
      inCsv(/^http_req_blocked.*$/m, 'http_req_blocked,1,2'),
      /line 3: it does not have the 11 columns/,
    ],
    [
      'a quote without an end',
      inCsv('closed:2', '"closed:2'),
      /line 2: it does not have the 11 columns/,
    ],
  ]
  for (const [what, toText, message] of CASES) {
    it(`are refused for ${what}, with the line`, async () => {
      await assert.rejects(
        () => read(toText(toSamples())),
        (error) => {
          assert.ok(error instanceof ImportError, String(error))
          assert.match(error.message, message)
          return true
        },
      )
    })
  }
})
