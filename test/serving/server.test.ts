import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { PhotoError } from '../../inference'
import { createLog } from '../../serving/log'
import type { Answered } from '../../serving/request-log'
import { createServer } from '../../serving/server'
import type { ServerOptions } from '../../serving/server'
import { until } from '../helpers/until'
import { ask } from '../helpers/wire'
import type { ProblemBody } from '../helpers/wire'

describe('createServer', () => {
  let server: FastifyInstance
  let port: number
  /** Bodies of requests that are over. */
  let closed: Buffer[]
  afterEach(() => server.close())

  async function start(options: Partial<ServerOptions> = {}): Promise<string> {
    server = createServer({ log: createLog('test', 'silent'), maxBodyBytes: 1000, ...options })
    closed = []
    server.post('/length', (request, reply) => {
      const body = request.body as Buffer
      reply.raw.once('close', () => closed.push(body))
      return { length: body.length }
    })
    server.post('/fault', () => {
      throw new Error('secret reason')
    })
    await server.listen({ port: 0, host: '127.0.0.1' })
    port = (server.server.address() as AddressInfo).port
    return `http://127.0.0.1:${port}`
  }

  const open = async (bytes: string): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(bytes)
    return socket
  }

  const post = (url: string, body: string) => ask(url, { method: 'POST', body })
  const codeOf = ({ body }: { readonly body: unknown }): string => (body as ProblemBody).code

  it('cuts off with 408 a client that does not finish its headers or its body', async () => {
    const url = await start({ requestTimeoutMs: 100 })
    for (const part of [
      'POST /length HTTP/1.1\r\nHos',
      'POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc',
    ]) {
      const socket = await open(part)
      assert.match(await text(socket), /^HTTP\/1\.1 408 /)
    }
    assert.deepEqual((await post(`${url}/length`, 'abc')).body, { length: 3 })
  })

  it('answers 400 to what is not HTTP, and lives on', async () => {
    const url = await start()
    const socket = await open('\x16\x03\x01 this is not HTTP\r\n\r\n')
    assert.match(await text(socket), /^HTTP\/1\.1 400 /)
    assert.deepEqual((await post(`${url}/length`, 'abc')).body, { length: 3 })
  })

  it('answers 413 to a body that is declared or turns out too long', async () => {
    const url = await start()
    const long = 'x'.repeat(1001)
    assert.equal(codeOf(await post(`${url}/length`, long)), 'PHOTO_TOO_LARGE')
    const chunk = `${(1001).toString(16)}\r\n${long}\r\n0\r\n\r\n`
    const socket = await open(
      `POST /length HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk}`,
    )
    assert.match(await text(socket), /^HTTP\/1\.1 413 [^]*PHOTO_TOO_LARGE/)
  })

  for (const freesBodies of [true, false]) {
    const hasTransfer = 'transfer' in ArrayBuffer.prototype
    const isFreed = freesBodies && hasTransfer
    it(`${isFreed ? 'takes' : 'does not take'} a body's memory away after its answer where freesBodies is ${freesBodies}`, async () => {
      const url = await start({ freesBodies, maxBodyBytes: 100_000 })
      const { body } = await post(`${url}/length`, 'x'.repeat(50_000))
      assert.deepEqual(body, { length: 50_000 })
      const kept = await until(() => Promise.resolve(closed.at(0)))
      assert.equal(kept.length, isFreed ? 0 : 50_000)
    })
  }

  it('refuses a body when those that have come use up the memory for them', async () => {
    const url = await start({ maxBodiesBytes: 1500 })
    const slow = await open(
      `POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 901\r\n\r\n${'x'.repeat(900)}`,
    )
    const body = 'x'.repeat(900)
    let refused = await post(`${url}/length`, body)
    while (refused.status === 200) refused = await post(`${url}/length`, body)
    assert.equal(codeOf(refused), 'OVERLOADED')
    slow.destroy()
    let answer = refused
    while (answer.status === 503) answer = await post(`${url}/length`, body)
    assert.deepEqual(answer.body, { length: 900 })
  })

  it('keeps no memory for a body that is only announced', async () => {
    const url = await start({ maxBodiesBytes: 1500 })
    const head = 'POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n'
    const silent = await Promise.all(Array.from({ length: 5 }, () => open(head)))
    for (let i = 0; i < 5; i++) {
      assert.deepEqual((await post(`${url}/length`, 'x'.repeat(900))).body, { length: 900 })
    }
    for (const socket of silent) socket.destroy()
  })

  it('stops although connections are open on which nothing is asked', async () => {
    await start()
    const connected = once(server.server, 'connection')
    const silent = await open('')
    await connected
    const closed = once(silent, 'close')
    await server.close()
    await closed
  })

  it('tells of a client that did not wait for its answer, with status 499', async () => {
    let tell: (answered: Answered) => void
    const told = new Promise<Answered>((resolve) => (tell = resolve))
    server = createServer({
      log: createLog('test', 'silent'),
      maxBodyBytes: 1000,
      onAnswered: (_request, _reply, answered) => {
        tell(answered)
      },
    })
    const called = new Promise<void>((resolve) => {
      server.get('/never', () => {
        resolve()
        return new Promise(() => undefined)
      })
    })
    await server.listen({ port: 0, host: '127.0.0.1' })
    port = (server.server.address() as AddressInfo).port
    const socket = await open('GET /never HTTP/1.1\r\nHost: x\r\n\r\n')
    await called
    socket.destroy()
    const { status, responseTimeMs } = await told
    assert.equal(status, 499)
    assert.ok(responseTimeMs > 0)
  })

  it('answers an address that cannot be read with a problem', async () => {
    const answer = await post(`${await start()}/%zz`, 'x')
    assert.equal(answer.status, 400)
    assert.equal(codeOf(answer), 'INVALID_FORM')
  })

  it('refuses early, with the reason it is given, before the body has come', async () => {
    let refusal: PhotoError | undefined = new PhotoError('OVERLOADED', 'full', {
      retryAfterSeconds: 7,
    })
    const url = await start({ refusal: () => refusal })
    const socket = await open('POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    assert.match(answer.toString(), /^HTTP\/1\.1 503 [^]*retry-after: 7/)
    socket.destroy()
    refusal = undefined
    assert.equal((await post(`${url}/length`, 'abc')).status, 200)
  })

  it('asks for a refusal with the request, and tells of what it refused', async () => {
    const answered: Answered[] = []
    const url = await start({
      refusal: ({ query }) =>
        (query as Record<string, string>)['model'] === 'none'
          ? new PhotoError('UNKNOWN_MODEL', 'there is none')
          : undefined,
      onAnswered: (_request, _reply, told) => answered.push(told),
    })
    assert.equal((await post(`${url}/length?model=none`, 'abc')).status, 404)
    assert.equal((await post(`${url}/length?model=one`, 'abc')).status, 200)
    assert.deepEqual(
      answered.map(({ status }) => status),
      [404, 200],
    )
  })

  it('tells nothing of a fault of its own', async () => {
    const { status, body } = await post(`${await start()}/fault`, 'x')
    assert.equal(status, 500)
    assert.equal((body as ProblemBody).code, 'INTERNAL')
    assert.doesNotMatch(JSON.stringify(body), /secret/)
  })
})
