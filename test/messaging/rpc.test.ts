import assert from 'node:assert/strict'
import { connect } from 'amqplib'
import type { Channel, ChannelModel, GetMessage } from 'amqplib'
import { createRpcClient } from '../../messaging/rpc-client'
import type { RpcClient } from '../../messaging/rpc-client'
import { badPhotos } from '../fixtures/bad-photos'
import { goodPhotos } from '../fixtures/good-photos'
import { startRabbitMq, whyNoRabbitMq } from '../helpers/brokers/rabbitmq-broker'
import type { BrokerProcess } from '../helpers/brokers/broker-process'
import { skipUnless } from '../helpers/optional'
import { startServer } from '../helpers/server-process'
import type { ServerProcess } from '../helpers/server-process'
import { startTcpProxy } from '../helpers/tcp-proxy'
import { until } from '../helpers/until'
import { ask, postPhoto } from '../helpers/wire'
import type { ClassificationBody } from '../helpers/wire'

const MODEL = 'photo-net'
const QUEUE = `photos.${MODEL}`
const REJECTED = 'rejected-photos'

describe('RPC over RabbitMQ', () => {
  let isSkipped = true
  let broker: BrokerProcess
  let server: ServerProcess
  let client: RpcClient
  let model: ChannelModel
  let channel: Channel
  let photo: Uint8Array
  let url = ''
  const start = (env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> =>
    startServer({
      file: 'dist/container/main.js',
      env: { AMQP_URL: url, WORKERS: '1', MODEL: `${MODEL},paper-cnn`, ...env },
    })
  const takeRejected = (): Promise<GetMessage> =>
    until(async () => (await channel.get(REJECTED, { noAck: true })) || undefined)

  before(async function () {
    skipUnless(this, await whyNoRabbitMq())
    isSkipped = false
    photo = (await goodPhotos())[0]!.bytes
    broker = await startRabbitMq()
    url = `amqp://127.0.0.1:${broker.port}`
    server = await start()
    client = await createRpcClient({ url })
    model = await connect(url)
    channel = await model.createChannel()
  })
  after(async () => {
    if (isSkipped) return
    await client.close()
    await server.stop()
    await model.close()
    await broker.stop()
  })

  for (const name of [MODEL, 'paper-cnn']) {
    it(`answers as HTTP does, by the queue of the model: ${name}`, async () => {
      const { body } = await ask(`${server.baseUrl}/classify?model=${name}`, {
        ...{ method: 'POST', headers: { 'content-type': 'image/jpeg' } },
        body: photo,
      })
      const { timings, ...expected } = body as ClassificationBody
      assert.ok(timings.totalMs > 0)
      const prediction = await client.classify(photo, { model: name, id: 'a1' })
      assert.deepEqual(prediction, { id: 'a1', ...expected })
    })
  }

  it('answers each of many at once with its own prediction', async () => {
    const photos = (await goodPhotos()).filter(({ bytes }) => bytes.length < 100_000)
    const expected = new Map<number, string>()
    for (const [n, { bytes }] of photos.entries()) {
      const { body } = await postPhoto(server.baseUrl, bytes)
      expected.set(n, JSON.stringify((body as ClassificationBody).probabilities))
    }
    const asked = Array.from({ length: 100 }, async (_, n) => {
      const at = n % photos.length
      const { probabilities, id } = await client.classify(photos[at]!.bytes, {
        ...{ model: MODEL, id: `many-${n}` },
      })
      assert.equal(id, `many-${n}`)
      assert.equal(JSON.stringify(probabilities), expected.get(at))
    })
    await Promise.all(asked)
  })

  it('fails with the code and reason of what is wrong with the photo, which is kept', async () => {
    const bad = (await badPhotos()).filter(({ bytes }) => bytes.length < 500_000)
    for (const { name, bytes, code } of bad) {
      await assert.rejects(client.classify(bytes, { model: MODEL, id: name }), {
        ...{ name: 'RpcError', code },
      })
      const { content, properties } = await takeRejected()
      assert.deepEqual(content, Buffer.from(bytes))
      assert.equal(properties.messageId, name)
      assert.equal(properties.headers?.['rejected-code'], code)
    }
  })

  it('fails at once for a model that nobody serves', () =>
    assert.rejects(client.classify(photo, { model: 'none' }), {
      ...{ name: 'RpcError', code: 'UNROUTABLE', message: /none/ },
    }))

  it('keeps a message that has nobody to answer', async () => {
    channel.sendToQueue(QUEUE, Buffer.from(photo), { messageId: 'no-reply' })
    const { content, properties } = await takeRejected()
    assert.equal(properties.messageId, 'no-reply')
    assert.equal(properties.headers?.['rejected-code'], 'INVALID_MESSAGE')
    assert.match(String(properties.headers['rejected-reason']), /reply-to/)
    assert.deepEqual(content, Buffer.from(photo))
  })

  it('keeps what it rejects where nobody can tell it any more: the queue is made anew', async () => {
    const [bad] = await badPhotos()
    await channel.deleteQueue(REJECTED)
    await assert.rejects(client.classify(bad!.bytes, { model: MODEL, id: 'kept' }), {
      code: bad!.code,
    })
    // A queue that is not there closes the channel that asks.
    const own = await model.createChannel()
    const { messageCount } = await own.checkQueue(REJECTED)
    assert.equal(messageCount, 1)
    assert.equal((await takeRejected()).properties.messageId, 'kept')
    await own.close()
  })

  it('gives up waiting when it is told to', async () => {
    const gone = new AbortController()
    const asked = client.classify(photo, { model: MODEL, signal: gone.signal })
    gone.abort()
    await assert.rejects(asked, { name: 'AbortError' })
    await assert.rejects(client.classify(photo, { model: MODEL, signal: gone.signal }), {
      name: 'AbortError',
    })
  })

  it('tells what waits, and what became of messages, as metrics', async () => {
    // It is missing where the broker takes its time.
    const text = await until(async () => {
      const { body } = await ask(`${server.baseUrl}/metrics`)
      const lag = 'photo_messages_lag{broker="amqp",queue="photos.paper-cnn"} 0\n'
      return (body as string).includes(lag) ? (body as string) : undefined
    })
    assert.match(text, /photo_messages_total\{broker="amqp",code="",model="photo-net"\} [1-9]/)
    assert.match(
      text,
      /photo_messages_total\{broker="amqp",code="CORRUPT_PHOTO",model="[^"]*"\} [1-9]/,
    )
  })

  describe('while nobody serves', () => {
    before(async () => {
      assert.equal((await server.stop()).exitCode, 0)
    })
    after(async () => {
      server = await start()
    })

    it('is late, and the photo is kept and not classified any more', async () => {
      await assert.rejects(client.classify(photo, { model: MODEL, id: 'late', timeoutMs: 300 }), {
        ...{ name: 'RpcError', code: 'TIMED_OUT', message: /300 ms/ },
      })
      const { properties } = await takeRejected()
      assert.equal(properties.messageId, 'late')
      assert.equal(properties.headers?.['x-first-death-reason'], 'expired')
    })

    it('keeps neither the client nor the web side waiting while a slow one works', async () => {
      const large = (await goodPhotos()).find(({ name }) => name === 'large.jpg')!
      // It takes about a second.
      const slow = await start({ DECODER: 'jimp', MAX_BATCH: '1' })
      let isAnswered = false
      const asked = client
        .classify(large.bytes, { model: MODEL, timeoutMs: 60_000 })
        .then(() => (isAnswered = true))
      await until(async () => {
        const { body } = await ask(`${slow.baseUrl}/metrics`)
        return /^photo_messages_in_flight\{broker="amqp"\} 1$/m.test(body as string) || undefined
      })
      const { status } = await ask(`${slow.baseUrl}/readyz`)
      const quick = client.classify(photo, { model: MODEL, timeoutMs: 1 })
      await assert.rejects(quick, { code: 'TIMED_OUT' })
      assert.deepEqual([status, isAnswered], [200, false])
      await asked
      assert.equal((await slow.stop()).exitCode, 0)
      await channel.purgeQueue(REJECTED)
    })

    it('fails what waits when it is closed', async () => {
      const own = await createRpcClient({ url })
      const asked = own.classify(photo, { model: MODEL, timeoutMs: 60_000 })
      const failed = assert.rejects(asked, { code: 'CLOSED' })
      await own.close()
      await failed
      await assert.rejects(own.classify(photo, { model: MODEL }), { code: 'CLOSED' })
      await channel.purgeQueue(QUEUE)
    })
  })

  it('answers what was asked before the connection was cut, on either side', async () => {
    const proxy = await startTcpProxy(broker.port)
    const own = await createRpcClient({ url: `amqp://127.0.0.1:${proxy.port}` })
    const asked = Array.from({ length: 50 }, (_, n) =>
      own.classify(photo, { model: MODEL, id: `cut-${n}`, timeoutMs: 60_000 }),
    )
    proxy.cut()
    const predictions = await Promise.all(asked)
    assert.deepEqual(
      predictions.map(({ id }) => id),
      asked.map((_, n) => `cut-${n}`),
    )
    await own.close()
    await proxy.close()
  })

  it('answers over HTTP while photos wait in a queue', async () => {
    let answered = 0
    const asked = Array.from({ length: 300 }, async () => {
      await client.classify(photo, { model: MODEL, timeoutMs: 60_000 })
      answered += 1
    })
    const { status } = await postPhoto(server.baseUrl, photo)
    assert.equal(status, 200)
    assert.ok(answered < asked.length, `${answered} were answered before`)
    await Promise.all(asked)
  })
})
