import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { PhotoError } from '../../inference'
import type { MessageAnswer, PhotoMessage } from '../../inference'
import type { ClassifyOptions } from '../../inference/job'
import { createConsume } from '../../inference/message'
import type { Classification } from '../../inference/prediction'
import type { ServedModel } from '../../inference/served-models'

const PHOTO = Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3])
const MAX_BYTES = 1000
const toModel = (name: string): ServedModel => ({
  card: {
    ...{ name, sha256: 'ab'.repeat(32), labels: ['food', 'menu'], files: {} },
    input: { width: 32, height: 24, scale: 1, offset: 0 },
  },
  memory: { weightsBytes: 1000, residentGrowthBytes: 2000 },
})
const MODELS = [toModel('tiny'), toModel('other')]
const PREDICTION = {
  label: 'menu',
  probability: 0.75,
  probabilities: { food: 0.25, menu: 0.75 },
}
const CLASSIFICATION: Classification = {
  prediction: PREDICTION,
  timings: { queueMs: 1, decodeMs: 4, predictMs: 2, totalMs: 7 },
}
const BINARY = {
  ...{ ce_specversion: '1.0', ce_id: 'a1', ce_source: '/shop', ce_type: 'photo.taken' },
  'content-type': 'image/jpeg',
}
const EVENT = {
  ...{ specversion: '1.0', id: 'a1', source: '/shop', type: 'photo.taken' },
  data_base64: PHOTO.toString('base64'),
}

interface Call {
  readonly photo: Uint8Array
  readonly options: ClassifyOptions
}

function createConsumer(
  classify: () => Promise<Classification> = () => Promise.resolve(CLASSIFICATION),
) {
  const calls: Call[] = []
  const consume = createConsume({
    classify(photo, options) {
      calls.push({ photo, options })
      return classify()
    },
    models: MODELS,
    maxBytes: MAX_BYTES,
  })
  return { consume, calls }
}

const toMessage = (message: Partial<PhotoMessage>): PhotoMessage => ({
  ...{ key: undefined, headers: {}, value: PHOTO },
  ...message,
})
const structured = (event: unknown): Partial<PhotoMessage> => ({
  headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
  value: Buffer.from(JSON.stringify(event)),
})
const sha256 = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

async function rejectionOf(message: Partial<PhotoMessage>) {
  const { consume, calls } = createConsumer()
  const answer = await consume(toMessage(message))
  assert.equal(answer.state, 'rejected')
  assert.equal(calls.length, 0)
  return answer
}

describe('a message', () => {
  describe('in each of its forms', () => {
    const forms: Readonly<Record<string, Partial<PhotoMessage>>> = {
      'a CloudEvent in binary mode': { headers: BINARY },
      'a CloudEvent in structured mode': structured(EVENT),
      'one whose headers a trigger dropped': { value: structured(EVENT).value! },
      'a photo by itself, named by its key': { key: 'a1' },
    }
    for (const [form, message] of Object.entries(forms)) {
      it(`${form} gives the core its photo, and its answer the id as id and key`, async () => {
        const { consume, calls } = createConsumer()
        const answer = await consume(toMessage(message))
        assert.equal(answer.state, 'answered')
        assert.deepEqual([...calls[0]!.photo], [...PHOTO])
        assert.deepEqual([answer.id, answer.key, answer.headers['ce_id']], ['a1', 'a1', 'a1'])
        assert.deepEqual(JSON.parse(Buffer.from(answer.value).toString()), {
          ...{ id: 'a1', ...PREDICTION },
          model: { name: 'tiny', sha256: 'ab'.repeat(32) },
        })
      })
    }

    it('a photo without a name is named by its sha256 sum', async () => {
      const answer = await createConsumer().consume(toMessage({}))
      assert.equal(answer.state, 'answered')
      assert.deepEqual([answer.id, answer.key], [sha256(PHOTO), sha256(PHOTO)])
    })

    it("keeps the message's key where its event has another id", async () => {
      const answer = await createConsumer().consume(toMessage({ key: 'k', headers: BINARY }))
      assert.equal(answer.state, 'answered')
      assert.deepEqual([answer.id, answer.key], ['a1', 'k'])
    })
  })

  it('is answered with a CloudEvent that has its times in a header and not in its value', async () => {
    const answers = await Promise.all(
      [1, 2].map((totalMs) => {
        const timings = { ...CLASSIFICATION.timings, totalMs }
        const { consume } = createConsumer(() => Promise.resolve({ ...CLASSIFICATION, timings }))
        return consume(toMessage({ headers: BINARY }))
      }),
    )
    const [first, second] = answers.map((answer) => {
      assert.equal(answer.state, 'answered')
      return answer
    })
    assert.deepEqual(first!.value, second!.value)
    assert.deepEqual(first!.headers, {
      ...{ 'content-type': 'application/json', ce_specversion: '1.0', ce_id: 'a1' },
      ...{ ce_source: '/photo-twin/models/tiny', ce_type: 'photo-twin.prediction' },
      ce_servertiming: 'queue;dur=1, decode;dur=4, predict;dur=2, total;dur=1',
    })
  })

  it('gets back what correlates it: extension attributes and headers of other kinds', async () => {
    const extensions = { traceparent: '00-ab-cd-01', tenant: 'x', retries: 3 }
    const inJson = await createConsumer().consume(
      toMessage(structured({ ...EVENT, ...extensions, subject: 's', time: 't', nested: { a: 1 } })),
    )
    const inHeaders = await createConsumer().consume(
      toMessage({
        headers: {
          ...{ ...BINARY, ce_traceparent: '00-ab-cd-01', ce_tenant: 'x', ce_retries: '3' },
          ...{ ce_subject: 's', ce_time: 't', 'x-request-id': 'r', large: 'x'.repeat(1025) },
          'rejected-code': 'of an earlier time',
        },
      }),
    )
    const own = [
      'content-type',
      'ce_specversion',
      'ce_id',
      'ce_source',
      'ce_type',
      'ce_servertiming',
    ]
    const correlation = (answer: MessageAnswer): unknown => {
      assert.equal(answer.state, 'answered')
      return Object.fromEntries(
        Object.entries(answer.headers).filter(([name]) => !own.includes(name)),
      )
    }
    const expected = { ce_traceparent: '00-ab-cd-01', ce_tenant: 'x', ce_retries: '3' }
    assert.deepEqual(correlation(inJson), expected)
    assert.deepEqual(correlation(inHeaders), { ...expected, 'x-request-id': 'r' })
  })

  it('repeats 32 headers at most', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`x-${n}`, 'v']))
    const answer = await createConsumer().consume(toMessage({ headers: many }))
    assert.equal(answer.state, 'answered')
    assert.equal(Object.keys(answer.headers).filter((name) => name.startsWith('x-')).length, 32)
  })

  it('is answered by the model that its queue says, whatever its event says', async () => {
    const { consume, calls } = createConsumer()
    const { value } = structured({ ...EVENT, model: 'tiny' })
    await consume(toMessage({ headers: { ce_model: 'other' }, value: value! }))
    assert.equal(calls[0]!.options.model, 1)
  })

  it('whose id or key is too long to be repeated is rejected, named by its sum', async () => {
    const long = 'x'.repeat(256)
    for (const message of [{ key: long }, { headers: { ...BINARY, ce_id: long } }]) {
      const answer = await rejectionOf(message)
      assert.deepEqual([answer.code, answer.id], ['INVALID_MESSAGE', sha256(PHOTO)])
    }
  })

  it('asks for a model and for the most probable labels by extension attributes', async () => {
    for (const message of [
      { headers: { ...BINARY, ce_model: 'other', ce_top: '1' } },
      structured({ ...EVENT, model: 'other', top: 1 }),
    ]) {
      const { consume, calls } = createConsumer()
      const answer = await consume(toMessage(message))
      assert.equal(answer.state, 'answered')
      assert.deepEqual(calls[0]!.options, { model: 1, top: 1 })
      assert.equal(answer.headers['ce_source'], '/photo-twin/models/other')
      assert.ok(!('ce_model' in answer.headers) && !('ce_top' in answer.headers))
    }
  })

  describe('that cannot be answered', () => {
    const wrong: readonly (readonly [string, Partial<PhotoMessage>, string, RegExp])[] = [
      ['has no value', { value: Buffer.alloc(0) }, 'EMPTY_PHOTO', /no photo/],
      [
        'is an event without data',
        structured({ ...EVENT, data_base64: undefined }),
        'INVALID_MESSAGE',
        /data_base64, it has none/,
      ],
      [
        'has its photo as text',
        structured({ ...EVENT, data_base64: undefined, data: 'x' }),
        'INVALID_MESSAGE',
        /it has data/,
      ],
      [
        'has a photo that is no base64',
        structured({ ...EVENT, data_base64: '/9j!' }),
        'INVALID_MESSAGE',
        /not base64/,
      ],
      [
        'has base64 that was cut',
        structured({ ...EVENT, data_base64: EVENT.data_base64.slice(1) }),
        'INVALID_MESSAGE',
        /not base64/,
      ],
      ['has an empty photo', structured({ ...EVENT, data_base64: '' }), 'EMPTY_PHOTO', /no photo/],
      ['is damaged JSON', { value: Buffer.from('{"specversion":') }, 'INVALID_MESSAGE', /not JSON/],
      [
        'is JSON of another kind',
        { ...structured([EVENT]) },
        'INVALID_MESSAGE',
        /not a JSON object/,
      ],
      [
        'is a batch',
        { headers: { 'content-type': 'application/cloudevents-batch+json' } },
        'INVALID_MESSAGE',
        /one by one/,
      ],
      ['has no id', structured({ ...EVENT, id: undefined }), 'INVALID_MESSAGE', /no id/],
      [
        'has an empty source',
        { headers: { ...BINARY, ce_source: '' } },
        'INVALID_MESSAGE',
        /no source/,
      ],
      ['has no type', structured({ ...EVENT, type: undefined }), 'INVALID_MESSAGE', /no type/],
      [
        'is of another version',
        { headers: { ...BINARY, ce_specversion: '0.3' } },
        'INVALID_MESSAGE',
        /1\.0, it is 0\.3/,
      ],
      [
        'has no version',
        { headers: { ce_id: 'a', ce_source: 'b', ce_type: 'c' } },
        'INVALID_MESSAGE',
        /not given/,
      ],
      [
        'is told to be a text',
        { headers: { ...BINARY, 'content-type': 'text/plain' } },
        'UNSUPPORTED_PHOTO',
        /text\/plain is not accepted/,
      ],
      [
        'is told to be a text in JSON',
        structured({ ...EVENT, datacontenttype: 'text/plain' }),
        'UNSUPPORTED_PHOTO',
        /text\/plain/,
      ],
      ['is too large', { value: Buffer.alloc(MAX_BYTES + 1, 1) }, 'PHOTO_TOO_LARGE', /1000/],
      [
        'is too large in JSON',
        structured({ ...EVENT, data_base64: Buffer.alloc(MAX_BYTES + 2).toString('base64') }),
        'PHOTO_TOO_LARGE',
        /1000/,
      ],
      [
        'is far too large to be parsed',
        { value: Buffer.alloc(200_000, '{') },
        'PHOTO_TOO_LARGE',
        /1000/,
      ],
      [
        'asks for a model that is not there',
        { headers: { ...BINARY, ce_model: 'none' } },
        'UNKNOWN_MODEL',
        /tiny, other/,
      ],
      [
        'asks for no number of labels',
        structured({ ...EVENT, top: 'all' }),
        'INVALID_QUERY',
        /top/,
      ],
    ]
    for (const [what, message, code, reason] of wrong) {
      it(`${what}: is rejected as ${code}, as it came`, async () => {
        const answer = await rejectionOf(message)
        assert.equal(answer.code, code)
        assert.match(answer.headers['rejected-reason']!, reason)
        assert.equal(answer.headers['rejected-code'], code)
        assert.equal(answer.headers['rejected-id'], answer.id)
        const { value, headers } = toMessage(message)
        assert.equal(answer.value, value)
        for (const [name, text] of Object.entries(headers)) assert.equal(answer.headers[name], text)
        const problem = JSON.parse(answer.problem) as { code: string; detail: string }
        assert.equal(problem.code, code)
        assert.match(problem.detail, reason)
      })
    }

    it('is rejected under the same id as it would be answered', async () => {
      const refused = () => Promise.reject(new PhotoError('CORRUPT_PHOTO', 'cut off'))
      for (const [message, id] of [
        [{ headers: BINARY }, 'a1'],
        [structured(EVENT), 'a1'],
        [{ key: 'k' }, 'k'],
        [{}, sha256(PHOTO)],
      ] as const) {
        const answer = await createConsumer(refused).consume(toMessage(message))
        assert.equal(answer.state, 'rejected')
        assert.deepEqual([answer.id, answer.code], [id, 'CORRUPT_PHOTO'])
      }
    })

    it('because of a fault is rejected without a word of the fault', async () => {
      const { consume } = createConsumer(() => Promise.reject(new Error('secret')))
      const answer = await consume(toMessage({}))
      assert.equal(answer.state, 'rejected')
      assert.equal(answer.code, 'INTERNAL')
      assert.ok(!JSON.stringify([answer.headers, answer.problem]).includes('secret'))
      assert.equal(
        answer.outcome.state === 'failed' && String(answer.outcome.error),
        'Error: secret',
      )
    })
  })

  it('is to be tried again where photos are refused or late, and can be rejected then', async () => {
    const full = new PhotoError('OVERLOADED', 'full', { retryAfterSeconds: 3 })
    const late = new PhotoError('TIMED_OUT', 'late')
    for (const [error, retryAfterMs] of [
      [full, 3000],
      [late, 1000],
    ] as const) {
      const answer = await createConsumer(() => Promise.reject(error)).consume(toMessage({}))
      assert.equal(answer.state, 'postponed')
      assert.deepEqual([answer.code, answer.retryAfterMs], [error.code, retryAfterMs])
      assert.equal(answer.rejected.code, error.code)
    }
  })

  it('of which nobody wants to know any more is neither answered nor rejected', async () => {
    const gone = new AbortController()
    const { consume, calls } = createConsumer(() => {
      gone.abort()
      return Promise.reject(gone.signal.reason as Error)
    })
    await assert.rejects(consume(toMessage({}), gone.signal), { name: 'AbortError' })
    assert.equal(calls[0]!.options.signal, gone.signal)
  })

  it('of any bytes and headers has an answer', async () => {
    const { consume } = createConsumer()
    const headers = fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(BINARY), 'ce_top', 'ce_model'), fc.string()),
      fc.oneof(fc.constantFrom(...Object.values(BINARY)), fc.string()),
    )
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record({ id: fc.string(), data_base64: fc.string() })
        .map((event) => Buffer.from(JSON.stringify({ ...EVENT, ...event }))),
    )
    await fc.assert(
      fc.asyncProperty(
        headers,
        value,
        fc.option(fc.string(), { nil: undefined }),
        async (h, v, key) => {
          const answer = await consume({ headers: h, value: v, key })
          assert.ok(answer.state !== 'postponed')
          assert.ok(answer.id !== '' && answer.key !== '')
        },
      ),
      { numRuns: 300 },
    )
  })
})
