import assert from 'node:assert/strict'
import { PhotoError, STATUS, toProblem, type ErrorCode, type PhotoRequest } from '../../inference'
import type { ClassifyOptions } from '../../inference/job'
import type { Classification } from '../../inference/prediction'
import type { Query } from '../../inference/query'
import { createRespond } from '../../inference/respond'
import type { ServedModel } from '../../inference/served-models'
import type { ClassificationBody, ProblemBody } from '../helpers/wire'

const PHOTO = Buffer.from('not decoded here')
const MODEL = { name: 'tiny', sha256: 'ab'.repeat(32) }
const SERVED: ServedModel = {
  card: {
    ...MODEL,
    labels: ['food', 'menu'],
    input: { width: 32, height: 24, scale: 1, offset: 0 },
    files: {},
  },
  memory: { weightsBytes: 1000, residentGrowthBytes: 2000 },
}
const CLASSIFICATION: Classification = {
  prediction: {
    label: 'menu',
    probability: 0.75,
    probabilities: { food: 0.25, menu: 0.75 },
  },
  timings: { queueMs: 0.12345, decodeMs: 4, predictMs: 2.0006, totalMs: 6.12405 },
}
/** RFC 9110, section 15; 422 is its "Unprocessable Content", 413 its "Content Too Large". */
const STATUSES: readonly (readonly [code: ErrorCode, status: number, title: string])[] = [
  ['EMPTY_PHOTO', 400, 'Bad Request'],
  ['INVALID_FORM', 400, 'Bad Request'],
  ['INVALID_MESSAGE', 400, 'Bad Request'],
  ['INVALID_QUERY', 400, 'Bad Request'],
  ['UNAUTHENTICATED', 401, 'Unauthorized'],
  ['NOT_FOUND', 404, 'Not Found'],
  ['UNKNOWN_MODEL', 404, 'Not Found'],
  ['METHOD_NOT_ALLOWED', 405, 'Method Not Allowed'],
  ['PHOTO_TOO_LARGE', 413, 'Content Too Large'],
  ['PHOTO_TOO_MANY_PIXELS', 413, 'Content Too Large'],
  ['UNSUPPORTED_PHOTO', 415, 'Unsupported Media Type'],
  ['CORRUPT_PHOTO', 422, 'Unprocessable Content'],
  ['CLIENT_GONE', 499, 'Client Closed Request'],
  ['INTERNAL', 500, 'Internal Server Error'],
  ['OVERLOADED', 503, 'Service Unavailable'],
  ['TIMED_OUT', 504, 'Gateway Timeout'],
]

interface Call {
  readonly photo: Uint8Array
  readonly options: ClassifyOptions
}

/** A responder, and the photos that reached its classifier. */
function createResponder(
  classify: () => Promise<Classification> = () => Promise.resolve(CLASSIFICATION),
  models: readonly ServedModel[] = [SERVED],
) {
  const calls: Call[] = []
  const respond = createRespond({
    classify(photo, options) {
      calls.push({ photo, options })
      return classify()
    },
    models,
    maxBytes: 1000,
  })
  return { respond, calls }
}

const post = (
  contentType: string | readonly string[] | undefined,
  body: Uint8Array = PHOTO,
): PhotoRequest => ({ method: 'POST', headers: { 'content-type': contentType }, body })

function toForm(name: string, photo: Uint8Array): Uint8Array {
  const head = `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`
  return Buffer.concat([Buffer.from(head), photo, Buffer.from('\r\n--x--\r\n')])
}
const FORM = 'multipart/form-data; boundary=x'

describe('respond', () => {
  describe('to a photo', () => {
    it('answers with the prediction, the model and the times', async () => {
      const { respond } = createResponder()
      const { status, headers, body, outcome } = await respond(post('image/jpeg'))
      assert.equal(status, 200)
      const { 'server-timing': serverTiming, ...others } = headers
      assert.match(
        serverTiming ?? '',
        /^queue;dur=0\.123, decode;dur=4, predict;dur=2\.001, total;dur=6\.124, serialise;dur=[\d.]+$/,
      )
      assert.deepEqual(others, {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
      })
      assert.deepEqual(JSON.parse(body), {
        label: 'menu',
        probability: 0.75,
        probabilities: { food: 0.25, menu: 0.75 },
        model: MODEL,
        timings: { queueMs: 0.123, decodeMs: 4, predictMs: 2.001, totalMs: 6.124 },
      })
      const { timings } = CLASSIFICATION
      assert.deepEqual(outcome, { state: 'completed', model: 'tiny', label: 'menu', timings })
    })

    it('answers, byte for byte, as before there were several models', async () => {
      const { respond } = createResponder()
      const { body } = await respond(post('image/jpeg'))
      assert.equal(
        body,
        '{"label":"menu","probability":0.75,"probabilities":{"food":0.25,"menu":0.75},' +
          `"model":{"name":"tiny","sha256":"${MODEL.sha256}"},` +
          '"timings":{"queueMs":0.123,"decodeMs":4,"predictMs":2.001,"totalMs":6.124}}',
      )
    })

    it('says the same times in Server-Timing as in JSON', async () => {
      for (const totalMs of [0, 0.0004, 1e-7, 1 / 3, 1234.5678, 1e7]) {
        const timings = { queueMs: totalMs / 7, decodeMs: totalMs / 5, predictMs: totalMs, totalMs }
        const { respond } = createResponder(() => Promise.resolve({ ...CLASSIFICATION, timings }))
        const { headers, body } = await respond(post('image/png'))
        const { queueMs, decodeMs, predictMs, ...rest } = (JSON.parse(body) as ClassificationBody)
          .timings
        assert.equal(
          headers['server-timing']?.replace(/, serialise;dur=[\d.]+$/, ''),
          `queue;dur=${queueMs}, decode;dur=${decodeMs}, predict;dur=${predictMs}, total;dur=${rest.totalMs}`,
        )
      }
    })

    it('says of the model its name and sum only', async () => {
      const respond = createRespond({
        classify: () => Promise.resolve(CLASSIFICATION),
        models: [{ ...SERVED, card: { ...SERVED.card, secret: 'path' } }],
        maxBytes: 1000,
      })
      const body = JSON.parse((await respond(post('image/png'))).body) as ClassificationBody
      assert.deepEqual(body.model, MODEL)
    })

    for (const contentType of [
      undefined,
      'image/jpeg',
      'image/png',
      'image/webp',
      'image/x-anything',
      'IMAGE/JPEG',
      'image/jpeg; charset=binary',
      'application/octet-stream',
      ' Application/Octet-Stream ;q=1',
      ['image/jpeg', 'text/plain'],
    ]) {
      it(`takes the body as it is for ${JSON.stringify(contentType)}`, async () => {
        const { respond, calls } = createResponder()
        assert.equal((await respond(post(contentType))).status, 200)
        assert.deepEqual(calls, [{ photo: PHOTO, options: { model: 0 } }])
      })
    }

    for (const contentType of [FORM, 'Multipart/Form-Data;boundary=x', [FORM]]) {
      it(`takes the photo out of a form for ${JSON.stringify(contentType)}`, async () => {
        const { respond, calls } = createResponder()
        assert.equal((await respond(post(contentType, toForm('photo', PHOTO)))).status, 200)
        assert.deepEqual(calls, [{ photo: PHOTO, options: { model: 0 } }])
      })
    }

    it('hands on the signal that tells that nobody waits any more', async () => {
      const { respond, calls } = createResponder()
      const { signal } = new AbortController()
      await respond({ ...post('image/jpeg'), signal })
      assert.equal(calls[0]?.options.signal, signal)
    })

    it('takes as many bytes as allowed', async () => {
      const { respond } = createResponder()
      const largest = Buffer.alloc(1000)
      assert.equal((await respond(post('image/jpeg', largest))).status, 200)
      assert.equal((await respond(post(FORM, toForm('photo', largest)))).status, 200)
    })
  })

  describe('where there are several models', () => {
    const OTHER = { name: 'other', sha256: 'cd'.repeat(32) }
    const models = [SERVED, { ...SERVED, card: { ...SERVED.card, ...OTHER } }]
    const ask = (query: Query) => {
      const { respond, calls } = createResponder(undefined, models)
      return respond({ ...post('image/jpeg'), query }).then((response) => ({ response, calls }))
    }

    for (const [query, place, model] of [
      [{}, 0, MODEL],
      [{ model: 'tiny' }, 0, MODEL],
      [{ model: 'other' }, 1, OTHER],
    ] as const) {
      it(`lets ${JSON.stringify(query)} be classified by ${model.name}, and says so`, async () => {
        const { response, calls } = await ask(query)
        assert.deepEqual(calls, [{ photo: PHOTO, options: { model: place } }])
        assert.deepEqual((JSON.parse(response.body) as ClassificationBody).model, model)
        assert.ok(response.outcome.state === 'completed')
        assert.equal(response.outcome.model, model.name)
      })
    }

    it('hands on how many labels are asked for', async () => {
      const { calls } = await ask({ top: '3', model: 'other' })
      assert.deepEqual(calls, [{ photo: PHOTO, options: { model: 1, top: 3 } }])
    })

    for (const model of ['none', '', 'TINY', 'constructor', '__proto__']) {
      it(`answers 404 to the model ${JSON.stringify(model)}, and names those that there are`, async () => {
        const { response, calls } = await ask({ model })
        assert.equal(response.status, 404)
        const { code, detail } = JSON.parse(response.body) as ProblemBody
        assert.deepEqual(
          { code, detail },
          {
            code: 'UNKNOWN_MODEL',
            detail: 'there is no such model here; there are: tiny, other',
          },
        )
        assert.deepEqual(calls, [])
        assert.ok(response.outcome.state === 'failed')
        assert.equal(response.outcome.model, undefined)
      })
    }

    it('answers 400 to a query that it cannot read, before it looks at the photo', async () => {
      for (const query of [{ model: ['tiny', 'other'] }, { top: 'all' }]) {
        const { respond, calls } = createResponder()
        const response = await respond({ ...post('text/plain', new Uint8Array(0)), query })
        assert.equal(response.status, 400)
        assert.equal(codeOf(response.body), 'INVALID_QUERY')
        assert.deepEqual(calls, [])
      }
    })

    it('answers another method than POST before it looks at the query', async () => {
      const { respond } = createResponder()
      const request = { ...post('image/jpeg'), method: 'PUT', query: { model: 'none' } }
      assert.equal((await respond(request)).status, 405)
    })

    it('lists them to GET /models, the default first', async () => {
      const { respond } = createResponder(undefined, models)
      const request = { method: 'GET', path: '/models', headers: {}, body: new Uint8Array(0) }
      const { status, headers, body, outcome } = await respond(request)
      assert.equal(status, 200)
      assert.equal(headers['content-type'], 'application/json; charset=utf-8')
      const shared = {
        labels: 2,
        input: { width: 32, height: 24 },
        memory: { weightsBytes: 1000, residentGrowthBytes: 2000 },
      }
      assert.deepEqual(JSON.parse(body), {
        models: [
          { ...MODEL, default: true, ...shared },
          { ...OTHER, default: false, ...shared },
        ],
      })
      assert.deepEqual(outcome, { state: 'listed' })
      assert.equal((await respond({ ...request, path: '/models/' })).status, 405)
      assert.equal((await respond({ ...request, method: 'HEAD' })).status, 405)
    })

    it('takes a photo for a photo, whatever its path is', async () => {
      const { respond } = createResponder()
      assert.equal((await respond({ ...post('image/jpeg'), path: '/models' })).status, 200)
    })
  })

  describe('to what cannot be a photo', () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'post']) {
      it(`answers 405 and what is allowed to ${method}`, async () => {
        const { respond, calls } = createResponder()
        const response = await respond({ ...post('image/jpeg'), method })
        assert.equal(response.status, 405)
        assert.equal(response.headers['allow'], 'POST')
        assert.equal(codeOf(response.body), 'METHOD_NOT_ALLOWED')
        assert.deepEqual(calls, [])
      })
    }

    for (const [name, request, code] of [
      ['no body', post('image/jpeg', new Uint8Array(0)), 'EMPTY_PHOTO'],
      ['no body of a form', post(FORM, new Uint8Array(0)), 'EMPTY_PHOTO'],
      ['no body of any other type', post('text/plain', new Uint8Array(0)), 'EMPTY_PHOTO'],
      ['text', post('text/plain'), 'UNSUPPORTED_PHOTO'],
      ['JSON', post('application/json; charset=utf-8'), 'UNSUPPORTED_PHOTO'],
      ['a URL-encoded form', post('application/x-www-form-urlencoded'), 'UNSUPPORTED_PHOTO'],
      ['other multipart types', post('multipart/mixed; boundary=x'), 'UNSUPPORTED_PHOTO'],
      ['a type that only begins alike', post('images/jpeg'), 'UNSUPPORTED_PHOTO'],
      ['an empty type', post(''), 'UNSUPPORTED_PHOTO'],
      ['too many bytes', post('image/jpeg', Buffer.alloc(1001)), 'PHOTO_TOO_LARGE'],
      ['too many in a form', post(FORM, toForm('photo', Buffer.alloc(1001))), 'PHOTO_TOO_LARGE'],
      ['a form without a photo', post(FORM, toForm('picture', PHOTO)), 'EMPTY_PHOTO'],
      ['a form without a boundary', post('multipart/form-data'), 'INVALID_FORM'],
      ['a form cut off', post(FORM, toForm('photo', PHOTO).subarray(0, 60)), 'INVALID_FORM'],
    ] as const) {
      it(`answers ${code} to ${name}, and classifies nothing`, async () => {
        const { respond, calls } = createResponder()
        const { status, body, headers } = await respond(request)
        assert.equal(codeOf(body), code)
        assert.equal(status, STATUS[code])
        assert.equal(headers['server-timing'], undefined)
        assert.deepEqual(calls, [])
      })
    }

    it('names the types it takes', async () => {
      const { detail } = await problemOf(createResponder().respond(post('Text/Plain; a=b')))
      assert.match(detail, /^content type text\/plain is not accepted: .*image\/jpeg.*"photo"$/)
    })
  })

  describe('to an error', () => {
    it('has a status and a title for every code', () => {
      assert.deepEqual(
        STATUSES.map(([code]) => code),
        Object.keys(STATUS),
      )
    })

    for (const [code, status, title] of STATUSES) {
      it(`answers ${String(status)} to ${code} as problem details of RFC 9457`, async () => {
        const error = new PhotoError(code, 'what the sender should know', {
          cause: new Error('secret'),
        })
        const { respond } = createResponder(() => Promise.reject(error))
        const response = await respond(post('image/jpeg'))
        assert.equal(response.status, status)
        assert.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8')
        assert.equal(response.headers['cache-control'], 'no-store')
        assert.deepEqual(JSON.parse(response.body), {
          type: 'about:blank',
          title,
          status,
          code,
          detail: 'what the sender should know',
        })
        assert.deepEqual(response.outcome, { state: 'failed', model: 'tiny', code, error })
        assert.equal('allow' in response.headers, code === 'METHOD_NOT_ALLOWED')
        assert.equal('retry-after' in response.headers, code === 'OVERLOADED')
      })
    }

    for (const [retryAfterSeconds, expected] of [
      [undefined, '1'],
      [1, '1'],
      [17, '17'],
    ] as const) {
      it(`says Retry-After: ${expected} where an overload lasts ${String(retryAfterSeconds)} s`, () => {
        const options = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
        const error = new PhotoError('OVERLOADED', 'try again later', options)
        assert.equal(toProblem(error).headers['retry-after'], expected)
      })
    }

    for (const [name, error] of [
      ['a bug', new TypeError('secret of the code')],
      [
        'an error that only looks like ours',
        { name: 'PhotoError', code: 'EMPTY_PHOTO', message: 'secret' },
      ],
      ['a string', 'secret'],
      ['nothing', undefined],
    ] as unknown as readonly (readonly [name: string, error: Error])[]) {
      it(`tells nothing of ${name}, but keeps it for the log`, async () => {
        const { respond } = createResponder(() => Promise.reject(error))
        const response = await respond(post('image/jpeg'))
        assert.equal(response.status, 500)
        assert.deepEqual(JSON.parse(response.body), {
          type: 'about:blank',
          title: 'Internal Server Error',
          status: 500,
          code: 'INTERNAL',
          detail: 'the photo could not be classified',
        })
        assert.doesNotMatch(JSON.stringify([response.headers, response.body]), /secret|\.ts|at /)
        assert.deepEqual(response.outcome, {
          state: 'failed',
          model: 'tiny',
          code: 'INTERNAL',
          error,
        })
      })
    }

    it('answers where the classifier throws instead of rejecting', async () => {
      const { respond } = createResponder(() => {
        throw new Error('secret')
      })
      assert.equal((await respond(post('image/jpeg'))).status, 500)
    })
  })
})

const codeOf = (body: string): string => (JSON.parse(body) as ProblemBody).code

const problemOf = async (response: Promise<{ readonly body: string }>): Promise<ProblemBody> =>
  JSON.parse((await response).body) as ProblemBody
