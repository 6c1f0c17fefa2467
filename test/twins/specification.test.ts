import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { badPhotos } from '../fixtures/bad-photos'
import { badRequests } from '../fixtures/bad-requests'
import { goodPhotos } from '../fixtures/good-photos'
import type { FixturePhoto } from '../fixtures/good-photos'
import { readSamplePhotos } from '../helpers/sample-photos'
import type { ServerProcess } from '../helpers/server-process'
import { ask, postPhoto, toComparable } from '../helpers/wire'
import type { Answer, ClassificationBody, ProblemBody } from '../helpers/wire'
import { HOSTS, startHost } from './hosts'

const LABELS = ['food', 'drink', 'menu', 'inside', 'outside']
const MAX_PHOTO_BYTES = 10_000_000

/** What the first host answered, by request: the others must answer the same. */
const answers = new Map<string, unknown>()

function assertTwin(name: string, answer: Answer): void {
  const comparable = toComparable(answer)
  if (!answers.has(name)) answers.set(name, comparable)
  assert.deepEqual(comparable, answers.get(name))
}

function assertProblem(answer: Answer, status: number, code: string): void {
  const body = answer.body as ProblemBody
  assert.equal(body.code, code)
  assert.equal(answer.status, status)
  assert.equal(body.status, status)
  assert.ok(body.detail.length > 0)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
}

function assertClassification(answer: Answer): void {
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const { label, probability, probabilities, timings, model } = answer.body as ClassificationBody
  assert.deepEqual(Object.keys(probabilities), LABELS)
  assert.equal(probabilities[label], probability)
  assert.equal(Math.max(...Object.values(probabilities)), probability)
  const sum = Object.values(probabilities).reduce((a, b) => a + b, 0)
  assert.ok(Math.abs(sum - 1) < 1e-5)
  assert.match(model.sha256, /^[0-9a-f]{64}$/)
  const { queueMs, decodeMs, predictMs, totalMs } = timings
  assert.ok(Math.abs(queueMs + decodeMs + predictMs - totalMs) < 0.01)
  assert.equal(
    answer.headers.get('server-timing')?.replace(/, serialise;dur=[\d.]+$/, ''),
    `queue;dur=${queueMs}, decode;dur=${decodeMs}, predict;dur=${predictMs}, total;dur=${totalMs}`,
  )
}

for (const host of HOSTS) {
  describe(`the twins' specification: ${host.name}`, () => {
    let server: ServerProcess
    let photos: readonly FixturePhoto[]
    const post = (photo: Uint8Array, contentType?: string): Promise<Answer> =>
      postPhoto(server.baseUrl, photo, contentType)
    const first = (): FixturePhoto => photos[0]!

    before(async function () {
      this.timeout(120_000)
      photos = await goodPhotos()
      server = await startHost(host)
    })
    after(async () => {
      const { exitCode, stderr } = await server.stop()
      assert.equal(exitCode, 0)
      assert.equal(stderr, '')
    })

    it('classifies every good photo as its twins do', async () => {
      for (const { name, bytes, contentType } of photos) {
        const answer = await post(bytes, contentType)
        assertClassification(answer)
        assertTwin(name, answer)
      }
    })

    it('classifies real photos as its twins do', async function () {
      for (const { name, bytes } of await readSamplePhotos(this)) {
        const answer = await post(bytes, 'application/octet-stream')
        assertClassification(answer)
        assertTwin(name, answer)
      }
    })

    it('refuses every bad photo with its code, as its twins do', async () => {
      for (const { name, bytes, contentType, code } of await badPhotos()) {
        const type = contentType.startsWith('image/') ? contentType : 'application/octet-stream'
        const answer = await post(bytes, type)
        assert.equal((answer.body as ProblemBody).code, code, name)
        assertProblem(answer, answer.status, code)
        assertTwin(`bad ${name}`, answer)
      }
    })

    it('takes a photo from a multipart form, with and without a file name', async () => {
      const { bytes, name } = first()
      const file = new FormData()
      file.append('comment', 'a text beside it')
      file.append('photo', new Blob([bytes], { type: 'image/jpeg' }), 'photo.jpg')
      const answer = await ask(`${server.baseUrl}/classify`, { method: 'POST', body: file })
      assertClassification(answer)
      assertTwin(name, answer)
      const head =
        '--b\r\nContent-Disposition: form-data; name="photo"\r\nContent-Type: image/jpeg\r\n\r\n'
      const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--b--\r\n')])
      assertTwin(name, await post(body, 'multipart/form-data; boundary=b'))
    })

    it('takes a photo that comes in chunks and without a content type', async () => {
      const { bytes, name } = first()
      const sent = request(`${server.baseUrl}/classify`, { method: 'POST' })
      sent.write(bytes.subarray(0, 100))
      sent.end(bytes.subarray(100))
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      const body = JSON.parse(await text(response)) as ClassificationBody
      assert.equal(response.statusCode, 200)
      const expected = answers.get(name) as { body: ClassificationBody }
      assert.deepEqual(body.probabilities, expected.body.probabilities)
    })

    for (const { title, status, code, init } of badRequests()) {
      const spoiled = host.spoils?.[title]
      if (spoiled !== undefined) {
        it(`answers ${spoiled} to ${title}, by itself`, async () => {
          const answer = await ask(`${server.baseUrl}/classify`, await init())
          assert.equal(answer.status, spoiled)
        })
        continue
      }
      it(`answers ${status} ${code} to ${title}`, async () => {
        const answer = await ask(`${server.baseUrl}/classify`, await init())
        assertProblem(answer, status, code)
        assertTwin(title, answer)
      })
    }

    it('answers 413 to more bytes than it accepts, however many', async () => {
      for (const bytes of [MAX_PHOTO_BYTES + 1, 2 * MAX_PHOTO_BYTES]) {
        const answer = await post(Buffer.alloc(bytes, 1), 'image/jpeg')
        assertProblem(answer, 413, 'PHOTO_TOO_LARGE')
      }
    })

    it('lives on when a client goes away in the middle of its photo or before its answer', async () => {
      const { bytes } = first()
      const headers = { 'content-type': 'image/jpeg', 'content-length': String(bytes.byteLength) }
      for (const part of [bytes.subarray(0, 1000), bytes]) {
        const sent = request(`${server.baseUrl}/classify`, { method: 'POST', headers })
        sent.on('error', () => undefined)
        await new Promise((resolve) => sent.write(part, resolve))
        sent.destroy()
      }
      assertTwin(first().name, await post(bytes))
    })

    it('answers a burst of photos, each with its own answer', async () => {
      const burst = photos.filter(({ bytes }) => bytes.byteLength < 100_000).slice(0, 20)
      const got = await Promise.all(burst.map(({ bytes, contentType }) => post(bytes, contentType)))
      for (const [i, answer] of got.entries()) {
        const { label, probabilities } = answer.body as ClassificationBody
        const expected = (answers.get(burst[i]!.name) as { body: ClassificationBody }).body
        assert.equal(label, expected.label)
        for (const name of LABELS) {
          assert.ok(Math.abs(probabilities[name]! - expected.probabilities[name]!) < 1e-5)
        }
      }
    })

    it('tells that it lives, that it is ready, and its metrics', async () => {
      for (const path of ['/healthz', '/readyz']) {
        const { status, body } = await ask(server.baseUrl + path)
        assert.deepEqual({ status, body }, { status: 200, body: 'OK' })
      }
      const { body, headers } = await ask(`${server.baseUrl}/metrics`)
      assert.match(headers.get('content-type') ?? '', /^text\/plain/)
      for (const name of [
        'process_cpu_seconds_total',
        'process_resident_memory_bytes',
        'nodejs_eventloop_lag_p99_seconds',
      ]) {
        assert.match(body as string, new RegExp(`^${name} [\\d.e+-]+$`, 'm'))
      }
    })
  })
}
