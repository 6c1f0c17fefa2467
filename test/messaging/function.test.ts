import assert from 'node:assert/strict'
import { goodPhotos } from '../fixtures/good-photos'
import type { BrokerProcess } from '../helpers/brokers/broker-process'
import { startKafka, whyNoKafka } from '../helpers/brokers/kafka-broker'
import { openKafkaUser } from '../helpers/brokers/kafka-user'
import type { KafkaUser } from '../helpers/brokers/kafka-user'
import { skipUnless } from '../helpers/optional'
import { startServer } from '../helpers/server-process'
import type { ServerProcess } from '../helpers/server-process'
import { ask } from '../helpers/wire'
import type { Answer } from '../helpers/wire'

const FUNCTION = {
  ...{
    FUNC_FOLDER: 'dist/functions/kubeless',
    MOD_NAME: 'message-handler',
    FUNC_HANDLER: 'consume',
  },
  ...{ REQ_MB_LIMIT: '10', WORKERS: '1' },
}

describe('the function, called as by a KafkaTrigger', () => {
  let isSkipped = true
  let broker: BrokerProcess
  let user: KafkaUser
  let photo: Uint8Array
  const start = (env: Readonly<Record<string, string>>): Promise<ServerProcess> =>
    startServer({ file: 'dist/functions/kubeless/runtime.js', env: { ...FUNCTION, ...env } })
  /** Neither key nor headers of the record; what is no JSON is called a form. */
  const call = ({ baseUrl }: ServerProcess, value: Uint8Array | string): Promise<Answer> =>
    ask(baseUrl, {
      ...{ method: 'POST', body: value },
      headers: {
        'content-type':
          typeof value === 'string' ? 'application/json' : 'application/x-www-form-urlencoded',
        'event-id': 'random',
        'event-type': 'application/json',
        'event-namespace': 'kafkatriggers.kubeless.io',
      },
    })
  /** It is a text to the function's host. */
  const toBody = ({ body }: Answer) => JSON.parse(body as string) as { readonly id: string }
  const toEvent = (id: string, bytes: Uint8Array): string =>
    JSON.stringify({
      ...{ specversion: '1.0', id, source: '/test', type: 'test.photo', traceparent: 'of it' },
      data_base64: Buffer.from(bytes).toString('base64'),
    })

  before(async function () {
    skipUnless(this, await whyNoKafka())
    isSkipped = false
    photo = (await goodPhotos())[0]!.bytes
    broker = await startKafka()
    user = await openKafkaUser(broker.port)
  })
  after(async () => {
    if (isSkipped) return
    await user.close()
    await broker.stop()
  })

  for (const [behaviour, env] of [
    ['our runtime', {}],
    ['stock behaviour', { STOCK_BEHAVIOUR: 'true' }],
  ] as const) {
    it(`writes the answer to Kafka before it returns: ${behaviour}`, async () => {
      const server = await start({ KAFKA_BROKERS: `127.0.0.1:${broker.port}`, ...env })
      const id = `of ${behaviour}`
      const answered = await call(server, toEvent(id, photo))
      assert.equal(answered.status, 200)
      assert.deepEqual(toBody(answered), { id, state: 'answered' })
      const raw = await call(server, photo)
      const { id: sum } = toBody(raw)
      assert.match(sum, /^sha256:[\da-f]{64}$/)
      const refused = await call(server, toEvent(`bad ${id}`, Buffer.from('no photo')))
      assert.deepEqual(toBody(refused), { id: `bad ${id}`, state: 'rejected' })
      const records = await user.readAll('predictions', 'rejected-photos')
      const [prediction] = records.filter(({ headers }) => headers['ce_id'] === id)
      assert.deepEqual([prediction!.topic, prediction!.key], ['predictions', id])
      assert.equal(prediction!.headers['ce_traceparent'], 'of it')
      assert.ok(records.some(({ key }) => key === sum))
      const [rejected] = records.filter(({ headers }) => headers['rejected-id'] === `bad ${id}`)
      assert.equal(rejected!.headers['rejected-code'], 'UNSUPPORTED_PHOTO')
      assert.equal((await server.stop()).exitCode, 0)
    })
  }

  it('fails where it has no broker, or cannot reach it: the trigger is told so', async () => {
    const none = await start({})
    assert.equal((await call(none, toEvent('a', photo))).status, 500)
    const { stderr, exitCode } = await none.stop()
    assert.equal(exitCode, 0)
    assert.match(none.lines.join('\n') + stderr, /KAFKA_BROKERS must be set/)
    const away = await start({ KAFKA_BROKERS: '127.0.0.1:9', BROKER_CONNECT_TIME_MS: '2000' })
    assert.equal((await call(away, toEvent('a', photo))).status, 500)
    const ended = await away.stop()
    assert.match(away.lines.join('\n') + ended.stderr, /no Kafka broker answers at 127\.0\.0\.1:9/)
  })
})
