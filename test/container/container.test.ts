import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { badPhotos } from '../fixtures/bad-photos'
import { goodPhotos } from '../fixtures/good-photos'
import type { FixturePhoto } from '../fixtures/good-photos'
import { skipUnless } from '../helpers/optional'
import { runToEnd, startServer } from '../helpers/server-process'
import type { ServerProcess } from '../helpers/server-process'
import { createSlowPhoto } from '../helpers/slow-photo'
import { whyNoTensorflow } from '../helpers/tensorflow'
import { ask, postPhoto } from '../helpers/wire'

const FILE = 'dist/container/main.js'
const MODELS = process.env['MODELS_FOLDER'] ?? 'inference/models'

const start = (env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> =>
  startServer({ file: FILE, env: { WORKERS: '1', ...env } })

describe('the container', () => {
  let small: FixturePhoto
  let large: FixturePhoto

  before(async () => {
    const photos = await goodPhotos()
    small = photos[0]!
    large = photos.find(({ name }) => name === 'large.jpg')!
  })

  describe('while it serves', () => {
    let server: ServerProcess
    before(async () => {
      server = await start()
    })
    after(() => server.stop())

    it('counts requests by status, rejections by code, and measures where the time goes', async () => {
      await postPhoto(server.baseUrl, small.bytes)
      await postPhoto(server.baseUrl, Buffer.from('a text'))
      await ask(`${server.baseUrl}/classify`)
      await ask(`${server.baseUrl}/classify?model=none`, { method: 'POST', body: small.bytes })
      const { size: weightsBytes } = await stat(join(MODELS, 'photo-net', 'weights.bin'))
      const metrics = await until(async () => {
        const { body } = await ask(`${server.baseUrl}/metrics`)
        const text = body as string
        return text.includes('photo_response_seconds_count{model=""} 2') ? text : undefined
      })
      const value = (name: string): number =>
        Number(
          metrics
            .split('\n')
            .find((line) => line.startsWith(`${name} `))
            ?.slice(name.length + 1),
        )
      const own = 'model="photo-net"'
      assert.equal(value(`photo_requests_total{status="200",${own}}`), 1)
      assert.equal(value(`photo_requests_total{status="415",${own}}`), 1)
      assert.equal(value('photo_requests_total{status="405",model=""}'), 1)
      assert.equal(value('photo_requests_total{status="404",model=""}'), 1)
      assert.equal(value(`photo_rejected_total{code="UNSUPPORTED_PHOTO",${own}}`), 1)
      assert.equal(value('photo_rejected_total{code="UNKNOWN_MODEL",model=""}'), 1)
      assert.equal(value(`photo_response_seconds_count{${own}}`), 2)
      for (const part of ['queue', 'decode', 'predict']) {
        assert.equal(value(`photo_${part}_seconds_count{${own}}`), 1)
      }
      assert.ok(value(`photo_decode_seconds_sum{${own}}`) > 0)
      assert.ok(value(`photo_predict_seconds_sum{${own}}`) > 0)
      assert.equal(value(`photo_model_weights_bytes{${own}}`), weightsBytes)
      assert.ok(value(`photo_model_resident_growth_bytes{${own}}`) > 0)
      assert.equal(value('photo_in_flight'), 0)
      assert.equal(value('photo_queued'), 0)
      assert.equal(value('photo_workers'), 1)
    })

    it('describes itself as valid OpenAPI, which its answers obey', async () => {
      const { body } = await ask(`${server.baseUrl}/openapi.json`)
      const document = body as OpenApi
      const { Validator } = await import('@seriousme/openapi-schema-validator')
      const { valid, errors } = await new Validator().validate(document)
      assert.ok(valid, JSON.stringify(errors))
      const ajv = new Ajv2020({ strict: false })
      addFormats(ajv)
      ajv.addSchema(document, 'openapi')
      const answers = [await postPhoto(server.baseUrl, small.bytes)]
      for (const { bytes } of await badPhotos())
        answers.push(await postPhoto(server.baseUrl, bytes))
      answers.push(await ask(`${server.baseUrl}/classify`), await ask(`${server.baseUrl}/nothing`))
      for (const query of ['top=2', 'top=0', 'model=none']) {
        const url = `${server.baseUrl}/classify?${query}`
        answers.push(await ask(url, { method: 'POST', body: small.bytes }))
      }
      const { classify, models } = {
        classify: document.paths['/classify'].post,
        models: document.paths['/models'].get,
      }
      const listed = await ask(`${server.baseUrl}/models`)
      const described = [
        ...answers.map((answer) => [answer, classify] as const),
        [listed, models] as const,
      ]
      for (const [answer, { responses }] of described) {
        const type = answer.headers.get('content-type')?.split(';', 1)[0] ?? ''
        const reference = responses[String(answer.status)]?.content[type]?.schema.$ref
        assert.ok(reference, `${answer.status} ${type} is not described`)
        assert.ok(ajv.validate(`openapi${reference}`, answer.body), ajv.errorsText())
      }
      assert.deepEqual(
        classify.parameters.map(({ name, schema }) => [name, schema.enum]),
        [
          ['model', ['photo-net']],
          ['top', undefined],
        ],
      )
    })

    it('answers 404 with a problem where there is nothing', async () => {
      const { status, body } = await ask(`${server.baseUrl}/photos`)
      assert.equal(status, 404)
      assert.equal((body as { code: string }).code, 'NOT_FOUND')
    })

    it('writes one JSON line a request, without the photo, its query or its headers', async () => {
      const own = await start()
      const secret = 'do-not-log-me'
      const init = {
        method: 'POST',
        body: small.bytes,
        headers: { 'content-type': 'image/jpeg', authorization: secret },
      }
      await ask(`${own.baseUrl}/classify?token=${secret}`, init)
      await ask(`${own.baseUrl}/healthz`)
      await ask(`${own.baseUrl}/classify`)
      await own.stop()
      const lines = own.log.filter(({ msg }) => msg === 'answered')
      assert.deepEqual(
        lines.map(({ method, path, status, model, code }) => ({
          method,
          path,
          status,
          model,
          code,
        })),
        [
          { method: 'POST', path: '/classify', status: 200, model: 'photo-net', code: undefined },
          {
            ...{ method: 'GET', path: '/classify', status: 405 },
            ...{ model: undefined, code: 'METHOD_NOT_ALLOWED' },
          },
        ],
      )
      assert.ok(own.lines.every((line) => line.startsWith('{') && !line.includes(secret)))
    })
  })

  it('refuses what is too much with 503 and Retry-After, and lives on', async () => {
    const server = await start({ MAX_QUEUE: '2', MAX_BATCH: '1' })
    try {
      const burst = Array.from({ length: 20 }, () => postPhoto(server.baseUrl, large.bytes))
      const health = await ask(`${server.baseUrl}/healthz`)
      assert.equal(health.status, 200)
      const answers = await Promise.all(burst)
      const refused = answers.filter(({ status }) => status === 503)
      const answered = answers.filter(({ status }) => status === 200)
      assert.equal(refused.length + answered.length, 20)
      assert.ok(refused.length > 0 && answered.length >= 3)
      for (const { headers, body } of refused) {
        assert.equal((body as { code: string }).code, 'OVERLOADED')
        assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/)
      }
      assert.equal((await postPhoto(server.baseUrl, small.bytes)).status, 200)
    } finally {
      await server.stop()
    }
  })

  it('refuses a model that it has not before it has the photo', async () => {
    const server = await start()
    try {
      const socket = connect(Number(new URL(server.baseUrl).port), '127.0.0.1')
      socket.write('POST /classify?model=none HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n')
      const [answer] = (await once(socket, 'data')) as [Buffer]
      assert.match(answer.toString(), /^HTTP\/1\.1 404 [^]*UNKNOWN_MODEL/)
      socket.destroy()
      const elsewhere = await ask(`${server.baseUrl}/?model=none`, { method: 'POST', body: 'x' })
      assert.equal((elsewhere.body as { code: string }).code, 'NOT_FOUND')
    } finally {
      await server.stop()
    }
  })

  for (const [engine, decoder] of [
    ['onnx', 'sharp'],
    ['wasm', 'wasm'],
    ['tensorflow', 'jimp'],
  ] as const) {
    it(`classifies with engine ${engine} and decoder ${decoder}, and says so in its log`, async function () {
      if (engine === 'tensorflow') skipUnless(this, whyNoTensorflow())
      const server = await start({ ENGINE: engine, DECODER: decoder })
      try {
        assert.equal((await postPhoto(server.baseUrl, small.bytes)).status, 200)
        const ready = server.log.find(({ msg }) => msg === 'ready')
        assert.match(String(ready?.['engine']), new RegExp(`^${engine} \\d`))
        assert.match(String(ready?.['decoder']), new RegExp(`^${decoder} \\d`))
      } finally {
        await server.stop()
      }
    })
  }

  it('answers 504 to a photo that takes too long, and lives on', async () => {
    const server = await start({ MAX_TIME_MS: '100', DECODER: 'jimp' })
    try {
      const { status, body } = await postPhoto(server.baseUrl, await createSlowPhoto())
      assert.equal((body as { code: string }).code, 'TIMED_OUT')
      assert.equal(status, 504)
      const lost = await until(() => server.log.find(({ msg }) => msg === 'worker lost'))
      assert.equal(lost['level'], 'warn')
      assert.match(String(lost['reason']), /^a worker thread did not answer within 1100 ms$/)
      const answer = await until(async () => {
        const next = await postPhoto(server.baseUrl, small.bytes)
        return next.status === 200 ? next : undefined
      })
      assert.equal(answer.status, 200)
    } finally {
      await server.stop()
    }
  })

  it('answers what is in flight or queued after SIGTERM, refuses what is new, and exits with 0', async () => {
    // jimp takes about a second for each of these, so that none is answered before all have come.
    const server = await start({ DECODER: 'jimp', MAX_BATCH: '1', MAX_TIME_MS: '60000' })
    const inFlight = Array.from({ length: 3 }, () => postPhoto(server.baseUrl, large.bytes))
    await until(async () => {
      const { body } = await ask(`${server.baseUrl}/metrics`)
      const count = (name: string): number =>
        Number(new RegExp(`^photo_${name} (\\d+)$`, 'm').exec(body as string)?.[1])
      return count('in_flight') + count('queued') === 3 ? true : undefined
    })
    server.signal('SIGTERM')
    await until(() => server.log.find(({ msg }) => msg === 'stopping'))
    const [refused] = await Promise.allSettled([ask(`${server.baseUrl}/healthz`)])
    assert.equal(refused.status, 'rejected')
    const answers = await Promise.all(inFlight)
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    )
    assert.equal((await server.ended).exitCode, 0)
  })

  it('takes photos for STOP_DELAY_MS after SIGTERM, but is not ready and keeps no connection', async () => {
    const server = await start({ STOP_DELAY_MS: '1500' })
    server.signal('SIGTERM')
    await until(() => server.log.find(({ msg }) => msg === 'stopping'))
    const [photo, ready] = await Promise.all([
      postPhoto(server.baseUrl, small.bytes),
      ask(`${server.baseUrl}/readyz`),
    ])
    assert.equal(photo.status, 200)
    assert.equal(photo.headers.get('connection'), 'close')
    assert.deepEqual([ready.status, ready.body], [503, 'the server is stopping'])
    assert.deepEqual(await server.ended, { exitCode: 0, stderr: '' })
  })

  for (const [name, value, words] of [
    ['PORT', 'eighty', /PORT .* 0 to 65535/],
    ['ENGINE', 'torch', /ENGINE .* auto, onnx, tensorflow, wasm/],
    ['DECODER', 'gd', /DECODER .* auto, sharp, turbo, wasm, jimp/],
    ['WORKERS', '0', /WORKERS .* 1 to 64/],
    ['MAX_PHOTO_BYTES', '10MB', /MAX_PHOTO_BYTES .*whole number/],
    ['LOG_LEVEL', 'loud', /LOG_LEVEL .*fatal/],
    [
      'PAGE_TARGETS',
      'function=127.0.0.1:8081',
      /PAGE_TARGETS: a target is NAME=BASE_URL .*not "fun/,
    ],
    ['PAGE_TARGETS', 'a=http://127.0.0.1:1,a=http://127.0.0.1:2', /PAGE_TARGETS.*"a"/],
    ['PAGE_REPORT', 'none.html', /PAGE_REPORT must be a file that can be read, it is "none.html"/],
    ['MODEL', 'photo-net,photo-net', /MODEL must name each only once.*photo-net is there twice/],
  ] as const) {
    it(`exits with 64 and says what ${name} accepts when it is "${value}"`, async () => {
      const { exitCode, stderr } = await runToEnd(FILE, { [name]: value })
      assert.equal(exitCode, 64)
      assert.match(stderr, words)
    })
  }

  it('exits with 64 for an argument it does not know, and tells its variables with --help', async () => {
    const wrong = await runToEnd(FILE, {}, ['--prot=80'])
    assert.equal(wrong.exitCode, 64)
    assert.match(wrong.stderr, /--prot/)
    const help = await runToEnd(FILE, {}, ['--help'])
    assert.equal(help.exitCode, 0)
    assert.match(help.lines.join('\n'), /MAX_PHOTO_PIXELS/)
  })

  it('exits with 1 and names the port that is taken', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
    const { port } = blocker.address() as AddressInfo
    try {
      const { exitCode, lines } = await runToEnd(FILE, { PORT: String(port) })
      assert.equal(exitCode, 1)
      assert.match(lines.at(-1) ?? '', new RegExp(`port ${port} .*is taken`))
    } finally {
      blocker.close()
    }
  })

  it('exits with 1 and names the file of a model that is damaged or missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'photo-twin-'))
    try {
      await cp(join(MODELS, 'photo-net'), join(folder, 'photo-net'), { recursive: true })
      await writeFile(join(folder, 'photo-net', 'weights.bin'), 'damaged')
      const damaged = await runToEnd(FILE, { MODELS_FOLDER: folder })
      assert.equal(damaged.exitCode, 1)
      assert.match(damaged.lines.join('\n'), /weights\.bin is damaged/)
      const missing = await runToEnd(FILE, { MODELS_FOLDER: folder, MODEL: 'none' })
      assert.equal(missing.exitCode, 1)
      assert.match(missing.lines.join('\n'), /card\.json cannot be read/)
      // A name takes longer to listen to than the model takes to fail.
      const named = await runToEnd(FILE, {
        MODELS_FOLDER: folder,
        MODEL: 'none',
        HOST: 'localhost',
      })
      assert.equal(named.exitCode, 1)
      assert.equal(named.stderr, '')
      assert.match(named.lines.at(-1) ?? '', /"level":"fatal".*card\.json cannot be read/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

interface Operation {
  readonly responses: Readonly<
    Record<string, { content: Record<string, { schema: { $ref: string } }> }>
  >
}

interface OpenApi extends Record<string, unknown> {
  readonly paths: {
    readonly '/classify': {
      readonly post: Operation & {
        readonly parameters: readonly {
          readonly name: string
          readonly schema: { readonly enum?: readonly string[] }
        }[]
      }
    }
    readonly '/models': { readonly get: Operation }
  }
}

/** Asks again until there is an answer; the test's own time limit bounds it. */
async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
