import assert from 'node:assert/strict'
import { CloudEvent, Kafka as KafkaBinding } from 'cloudevents'
import { badPhotos } from '../fixtures/bad-photos'
import { goodPhotos } from '../fixtures/good-photos'
import type { FixturePhoto } from '../fixtures/good-photos'
import { startKafka, whyNoKafka } from '../helpers/brokers/kafka-broker'
import type { BrokerProcess } from '../helpers/brokers/broker-process'
import { openKafkaUser } from '../helpers/brokers/kafka-user'
import type { KafkaUser } from '../helpers/brokers/kafka-user'
import { skipUnless } from '../helpers/optional'
import { startServer } from '../helpers/server-process'
import type { ServerProcess } from '../helpers/server-process'
import { until } from '../helpers/until'
import { ask, postPhoto } from '../helpers/wire'
import type { ClassificationBody } from '../helpers/wire'

const TOPICS = ['photos', 'predictions', 'rejected-photos']
const MAX_REJECTED_BYTES = 1_000_000

describe('the container as a consumer of Kafka', () => {
  let isSkipped = true
  let broker: BrokerProcess
  let user: KafkaUser
  let server: ServerProcess
  let photos: readonly FixturePhoto[]
  const start = (env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> =>
    startServer({
      file: 'dist/container/main.js',
      env: { KAFKA_BROKERS: `127.0.0.1:${broker.port}`, WORKERS: '1', ...env },
    })
  const countOutcomes = (): Promise<number> => user.count('predictions', 'rejected-photos')
  const untilOutcomes = (count: number): Promise<number> =>
    until(async () => {
      const now = await countOutcomes()
      return now >= count ? now : undefined
    })
  const recordOf = async (id: string) => {
    const all = await user.readAll('predictions', 'rejected-photos')
    const own = all.filter(
      ({ headers }) => headers['rejected-id'] === id || headers['ce_id'] === id,
    )
    assert.equal(own.length, 1)
    return own[0]!
  }

  before(async function () {
    skipUnless(this, await whyNoKafka())
    isSkipped = false
    photos = (await goodPhotos()).filter(({ bytes }) => bytes.length < 100_000)
    broker = await startKafka()
    user = await openKafkaUser(broker.port)
    server = await start()
  })
  after(async () => {
    if (isSkipped) return
    await server.stop()
    await user.close()
    await broker.stop()
  })

  it('makes the topics that are missing', async () => {
    for (const topic of TOPICS) assert.equal(await user.count(topic), 0)
  })

  it('answers a CloudEvent of either mode as HTTP does, with its key and what correlates it', async () => {
    const [{ bytes }] = photos as [FixturePhoto]
    const { body } = await postPhoto(server.baseUrl, bytes)
    const { label, probabilities, model } = body as ClassificationBody
    const event = new CloudEvent({
      ...{ id: 'from-the-sdk', source: '/test', type: 'test.photo', traceparent: '00-1-2-03' },
      datacontenttype: 'image/jpeg',
      data: Buffer.from(bytes),
    })
    for (const mode of ['binary', 'structured'] as const) {
      const id = `${mode}-event`
      const { headers, value } = KafkaBinding[mode](event.cloneWith({ id }))
      const before = await countOutcomes()
      await user.produce('photos', {
        key: 'the key',
        // The SDK has some that it gives no value.
        headers: Object.fromEntries(
          Object.entries(headers).filter(
            (entry): entry is [string, string] => entry[1] !== undefined,
          ),
        ),
        value: Buffer.from(value as Uint8Array | string),
      })
      await untilOutcomes(before + 1)
      const answer = await recordOf(id)
      assert.deepEqual([answer.topic, answer.key], ['predictions', 'the key'])
      assert.equal(answer.headers['ce_traceparent'], '00-1-2-03')
      // As the CloudEvents SDK reads it.
      const read = KafkaBinding.toEvent({
        ...answer,
        key: answer.key!,
      } as never) as CloudEvent<unknown>
      assert.deepEqual([read.id, read.type], [id, 'photo-twin.prediction'])
      const { probability } = body as ClassificationBody
      assert.deepEqual(read.data, { id, label, probability, probabilities, model })
    }
  })

  it('rejects what cannot be classified, as it came, with the reason and where it came from', async () => {
    const bad = (await badPhotos()).filter(({ bytes }) => bytes.length < 500_000)
    const before = await countOutcomes()
    for (const { name, bytes, contentType } of bad) {
      const headers = { 'content-type': contentType }
      await user.produce('photos', { key: name, headers, value: Buffer.from(bytes) })
    }
    await untilOutcomes(before + bad.length)
    for (const { name, bytes, code } of bad) {
      const { topic, key, headers, value } = await recordOf(name)
      assert.deepEqual([topic, key, headers['rejected-code']], ['rejected-photos', name, code])
      assert.deepEqual(value, Buffer.from(bytes))
      assert.equal(headers['rejected-topic'], 'photos')
      assert.match(headers['rejected-partition']!, /^\d$/)
      assert.match(headers['rejected-offset']!, /^\d+$/)
    }
  })

  it('tells where a photo stays that is too large for the topic of the rejected', async () => {
    await user.createTopics(['small'], { 'max.message.bytes': String(MAX_REJECTED_BYTES) })
    await user.createTopics(['large-photos'])
    const own = await start({
      KAFKA_GROUP: 'small',
      KAFKA_PHOTOS_TOPIC: 'large-photos',
      KAFKA_REJECTED_TOPIC: 'small',
    })
    await user.produce('large-photos', { key: 'large', value: Buffer.alloc(12_000_000, 1) })
    await until(async () => (await user.count('small')) || undefined)
    const [{ headers, value }] = (await user.readAll('small')) as [
      Awaited<ReturnType<typeof recordOf>>,
    ]
    assert.equal(headers['rejected-code'], 'PHOTO_TOO_LARGE')
    assert.equal(value.length, 0)
    assert.deepEqual(
      ['rejected-topic', 'rejected-offset'].map((name) => headers[name]),
      ['large-photos', '0'],
    )
    assert.equal((await own.stop()).exitCode, 0)
  })

  it('tells its lag, what is in flight and what became of messages as metrics', async () => {
    const metrics = await until(async () => {
      const { body } = await ask(`${server.baseUrl}/metrics`)
      const text = body as string
      return text.includes('photo_messages_lag{broker="kafka",queue="photos/0"} 0\n')
        ? text
        : undefined
    })
    assert.match(metrics, /photo_messages_total\{broker="kafka",code="",model="photo-net"\} [1-9]/)
    assert.match(
      metrics,
      /photo_messages_total\{broker="kafka",code="UNSUPPORTED_PHOTO",model="[^"]*"\} [1-9]/,
    )
    assert.match(metrics, /photo_message_seconds_count\{broker="kafka"\} [1-9]/)
    assert.match(metrics, /photo_messages_in_flight\{broker="kafka"\} 0\n/)
    assert.match(metrics, /photo_messages_paused\{broker="kafka"\} 0\n/)
  })

  it('answers over HTTP while messages wait', async () => {
    const before = await countOutcomes()
    const count = 300
    const { bytes } = photos[0]!
    const produced = Array.from({ length: count }, (_, n) =>
      user.produce('photos', { key: `waits-${n}`, value: Buffer.from(bytes) }),
    )
    await Promise.all(produced)
    const { status } = await postPhoto(server.baseUrl, bytes)
    assert.equal(status, 200)
    const answered = (await countOutcomes()) - before
    assert.ok(answered < count, `${answered} of ${count} messages were answered before`)
    await untilOutcomes(before + count)
  })

  it('commits what it answered when it stops: the next one answers only the rest', async () => {
    const before = await countOutcomes()
    const count = 200
    const { bytes } = photos[0]!
    await Promise.all(
      Array.from({ length: count }, (_, n) =>
        user.produce('photos', { key: `stop-${n}`, value: Buffer.from(bytes) }),
      ),
    )
    await untilOutcomes(before + 20)
    const { exitCode } = await server.stop()
    assert.equal(exitCode, 0)
    const stopped = (await countOutcomes()) - before
    assert.ok(stopped < count, 'it stopped before it was done')
    server = await start()
    await untilOutcomes(before + count)
    assert.equal((await server.stop()).exitCode, 0)
    assert.equal(await countOutcomes(), before + count)
    server = await start()
  })

  it('stops well also while the broker is away, with photos unanswered', async () => {
    const before = await countOutcomes()
    const count = 200
    const { bytes } = photos[0]!
    await Promise.all(
      Array.from({ length: count }, (_, n) =>
        user.produce('photos', { key: `away-${n}`, value: Buffer.from(bytes) }),
      ),
    )
    await untilOutcomes(before + 1)
    await broker.kill()
    await until(() =>
      Promise.resolve(
        server.log.some(({ msg }) => /^(Kafka was lost|answers cannot be)/.test(String(msg))) ||
          undefined,
      ),
    )
    assert.equal((await server.stop()).exitCode, 0)
    await broker.start()
    server = await start()
    await untilOutcomes(before + count)
  })

  it('goes on where the pool is full, and answers all', async () => {
    const own = await start({
      KAFKA_GROUP: 'full',
      KAFKA_PHOTOS_TOPIC: 'many',
      ...{ MAX_QUEUE: '1', MAX_BATCH: '1', MAX_MESSAGES: '32' },
    })
    const before = await countOutcomes()
    const { bytes } = photos[0]!
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        user.produce('many', { key: `many-${n}`, value: Buffer.from(bytes) }),
      ),
    )
    await untilOutcomes(before + 60)
    assert.equal((await own.stop()).exitCode, 0)
    const all = await user.readAll('predictions')
    const ids = all.map(({ headers }) => headers['ce_id']!).filter((id) => id.startsWith('many-'))
    assert.deepEqual([ids.length, new Set(ids).size], [60, 60])
  })
})
