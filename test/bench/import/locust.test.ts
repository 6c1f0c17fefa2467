import assert from 'node:assert/strict'
import { ImportError } from '../../../bench/import/import-error'
import type { ImportedTrial } from '../../../bench/import/imported'
import { readLocust } from '../../../bench/import/locust'
import { toTimings } from '../../../bench/load/server-timing'
import { readLines } from '../../../bench/import/read-lines'
import type { PhotoSet } from '../../../bench/photos/photo-set'
import {
  BEGAN_AT,
  makePhotoSet,
  MODEL,
  toKnown,
  toLocustRows,
  toNdjson,
  writeInto,
} from '../../helpers/imported-files'
import { useFolders } from '../../helpers/measured'

type Rows = ReturnType<typeof toLocustRows>

describe('rows of Locust', () => {
  const newFolder = useFolders()
  let photos: PhotoSet
  before(async () => {
    photos = await makePhotoSet(await newFolder())
  })
  const read = async (text: string): Promise<ImportedTrial> =>
    readLocust(readLines(await writeInto(await newFolder(), 'rows', text)), toKnown(photos))
  const toRows = (): Rows => toLocustRows({ photos, times: [10, 20, 30, 40], workload: 'closed:2' })

  it('are a trial with a row a request', async () => {
    const { file, observations, ...trial } = await read(toNdjson(toRows()))
    assert.match(file, /rows$/)
    assert.deepEqual(observations[1], {
      ...{ photo: 1, sentAt: 10, responseTime: 20, status: 200, outcome: 'right' },
      ...toTimings('queue;dur=0.1, decode;dur=0.2, predict;dur=10, total;dur=10.3'),
      lag: null,
    })
    assert.deepEqual(
      observations.map(({ photo }) => photo),
      [0, 1, 2, 0],
    )
    assert.deepEqual(trial, {
      ...{ tool: 'Locust 2.0', workload: { kind: 'closed', concurrency: 2 }, seed: 1 },
      ...{ model: MODEL, startedAt: BEGAN_AT, messages: [], generatorCpuSeconds: 0.5 },
      machine: toRows()[0]?.['machine'],
      loadAverage: { before: [0.1, 0.1, 0.1], after: [0.5, 0.2, 0.1] },
      failures: [],
    })
  })

  it('tell what went wrong, and what was cut off', async () => {
    const [begin, one, two, three, , end] = toRows()
    const none = { responseTime: null, status: null, serverTiming: null }
    const { observations, messages, failures } = await read(
      toNdjson([
        begin,
        { ...one, outcome: 'wrong', message: 'menu (0.9), but food (0.8) without load' },
        { ...two, ...none, outcome: 'timed-out', message: 'timed out' },
        { ...three, status: 503, outcome: 'refused', message: '503: OVERLOADED' },
        { ...end, requests: 3, cutOff: 2 },
      ]),
    )
    assert.deepEqual(
      observations.map(({ outcome, status, responseTime }) => [outcome, status, responseTime]),
      [
        ['wrong', 200, 10],
        ['timed-out', null, null],
        ['refused', 503, 30],
      ],
    )
    assert.deepEqual(messages, [
      'menu (0.9), but food (0.8) without load',
      'timed out',
      '503: OVERLOADED',
    ])
    assert.match(failures.join(), /^requests that were cut off when Locust stopped .*: 2$/)
  })

  const change =
    (at: number, changes: object) =>
    (rows: Rows): string =>
      toNdjson(rows.map((row, number) => (number === at ? { ...row, ...changes } : row)))
  const CASES: readonly (readonly [string, (rows: Rows) => string, RegExp])[] = [
    ['no JSON', () => 'a,b\n1,2\n', /rows, line 1: it is no JSON/],
    ['CSV after JSON', (rows) => `${toNdjson(rows.slice(0, 2))}a,b\n`, /line 3: it is no JSON/],
    ['another JSON', () => '{"type":"Point"}\n', /line 1: it is not a row .* is --from right\?/],
    ['an unknown field', change(1, { colour: 'red' }), /line 2: there is no field colour$/],
    ['a missing field', change(1, { status: undefined }), /line 2: the field status is missing$/],
    [
      'NaN',
      (rows) => toNdjson(rows).replace('"responseTime":20', '"responseTime":NaN'),
      /line 3: it is no JSON/,
    ],
    [
      'a time that is none',
      change(2, { responseTime: 'NaN' }),
      /line 3: responseTime is NaN, and not/,
    ],
    ['a negative time', change(2, { responseTime: -1 }), /line 3: responseTime is -1, and not/],
    ['a time before the start', change(1, { sentAt: -5 }), /line 2: sentAt is -5/],
    [
      'a photo of others',
      change(3, { photo: 'x.jpg' }),
      /line 4: the photo x.jpg is not in the folder/,
    ],
    ['other photos', change(0, { photos: ['0'] }), /line 1: other photos were sent/],
    [
      'another model',
      change(0, { model: null }),
      /line 1: the answers were checked against .* another model/,
    ],
    ['an unknown outcome', change(1, { outcome: 'fine' }), /line 2: there is no outcome fine$/],
    [
      'a right answer with 500',
      change(1, { status: 500 }),
      /line 2: a request with status 500 cannot be right/,
    ],
    ['another workload', change(0, { workload: 'stairs:3' }), /line 1: the workload is stairs:3/],
    ['another version', change(0, { version: 2 }), /line 1: .* begin line of version 1/],
    ['no beginning', (rows) => toNdjson(rows.slice(1)), /line 1: the file does not begin with/],
    ['no end', (rows) => toNdjson(rows.slice(0, -1)), /line 5: no end line follows: .* cut short/],
    [
      'two trials',
      (rows) => toNdjson([...rows.slice(0, -1), ...rows]),
      /line 6: a second begin line/,
    ],
    [
      'more after the end',
      (rows) => toNdjson([...rows, ...rows]),
      /line 7: the file goes on after/,
    ],
    [
      'rows that are missing',
      (rows) => toNdjson(rows.filter((_, at) => at !== 2)),
      /line 5: 4 requests were made, but there are rows of 3/,
    ],
  ]
  for (const [what, toText, message] of CASES) {
    it(`are refused for ${what}, with the line`, async () => {
      await assert.rejects(
        () => read(toText(toRows())),
        (error) => error instanceof ImportError && message.test(error.message),
      )
    })
  }
})
