import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findFreePort } from '../../bench/targets/free-port'
import type { BrokerProcess } from '../helpers/brokers/broker-process'
import { startKafka, whyNoKafka } from '../helpers/brokers/kafka-broker'
import { openKafkaUser } from '../helpers/brokers/kafka-user'
import { startRabbitMq, whyNoRabbitMq } from '../helpers/brokers/rabbitmq-broker'
import { skipUnless } from '../helpers/optional'
import { runToEnd, startServer } from '../helpers/server-process'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

const FILE = 'dist/container/main.js'
const SECRET = 'do-not-log-me'
const LIMITS = { BROKER_CONNECT_TIME_MS: '12000', WORKERS: '1' }
const run = promisify(execFile)

/** Starts the container, which must end by itself. */
async function reasonOf(env: Readonly<Record<string, string>>): Promise<string> {
  const { exitCode, lines, stderr } = await runToEnd(FILE, { ...LIMITS, ...env })
  const output = lines.join('\n') + stderr
  assert.equal(exitCode, 1, output)
  assert.ok(!output.includes(SECRET), output)
  const last = JSON.parse(lines.find((line) => line.includes('"fatal"')) ?? '{}') as {
    msg?: string
  }
  return last.msg ?? output
}

/** Takes connections and says nothing. */
async function startSilent(): Promise<Server> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** A certificate for 127.0.0.1 that no authority signed. */
async function createCertificate(folder: string): Promise<{ key: string; certificate: string }> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
  ])
  return { key, certificate }
}

describe('a broker that cannot be used', () => {
  const folder = useTemporaryFolder()
  let silent: Server
  let port = 0
  before(async () => {
    silent = await startSilent()
    port = await findFreePort()
  })
  after(() => silent.close())

  describe('Kafka', () => {
    it('at which nothing listens', async () => {
      assert.match(
        await reasonOf({ KAFKA_BROKERS: `127.0.0.1:${port}` }),
        new RegExp(`no Kafka broker answers at 127\\.0\\.0\\.1:${port}: nothing listens there`),
      )
    })

    it('that says nothing', async () => {
      assert.match(
        await reasonOf({ KAFKA_BROKERS: `127.0.0.1:${portOf(silent)}` }),
        /no Kafka broker answers at .*within 12000 ms.*TLS/,
      )
    })

    it('at a host that there is not', async () => {
      assert.match(
        await reasonOf({ KAFKA_BROKERS: 'no-such-host.invalid:9092' }),
        /no-such-host\.invalid:9092: there is no such host/,
      )
    })

    describe('that answers, and refuses what it is asked for', () => {
      let broker: BrokerProcess
      let isSkipped = true
      before(async function () {
        skipUnless(this, await whyNoKafka())
        isSkipped = false
        broker = await startKafka({
          properties: ['default.replication.factor=3', 'group.max.session.timeout.ms=6000'],
        })
      })
      after(async () => {
        if (!isSkipped) await broker.stop()
      })

      it('a topic', async () => {
        assert.match(
          await reasonOf({ KAFKA_BROKERS: `127.0.0.1:${broker.port}` }),
          /Kafka broker at 127\.0\.0\.1:\d+ refuses: Replication-factor is invalid/,
        )
      })

      it('a member of the group', async () => {
        const user = await openKafkaUser(broker.port)
        await user.createTopics(['photos', 'predictions', 'rejected-photos'])
        await user.close()
        assert.match(
          await reasonOf({ KAFKA_BROKERS: `127.0.0.1:${broker.port}` }),
          /Kafka broker at 127\.0\.0\.1:\d+ refuses: .*session timeout/,
        )
      })
    })

    describe('that wants to know who asks', () => {
      let broker: BrokerProcess
      let isSkipped = true
      const login = (password: string, username = 'twin') => ({
        KAFKA_BROKERS: `127.0.0.1:${broker.port}`,
        KAFKA_USERNAME: username,
        KAFKA_PASSWORD: password,
      })
      before(async function () {
        skipUnless(this, await whyNoKafka())
        isSkipped = false
        const users = `username="admin" password="inside" user_admin="inside" user_twin="${SECRET}"`
        const module = 'org.apache.kafka.common.security.plain.PlainLoginModule'
        broker = await startKafka({
          protocol: 'SASL_PLAINTEXT',
          properties: [
            'sasl.enabled.mechanisms=PLAIN',
            'sasl.mechanism.inter.broker.protocol=PLAIN',
            `listener.name.clients.plain.sasl.jaas.config=${module} required ${users};`,
          ],
        })
      })
      after(async () => {
        if (!isSkipped) await broker.stop()
      })

      it('and is told a wrong password', async () => {
        assert.match(
          await reasonOf(login('wrong')),
          /Kafka broker at 127\.0\.0\.1:\d+ does not let twin in: check user name and password/,
        )
      })

      it('and is told nothing', async () => {
        assert.match(
          await reasonOf({ KAFKA_BROKERS: `127.0.0.1:${broker.port}` }),
          /no Kafka broker answers at .*a user name/,
        )
      })

      it('and is told the right one: is used', async () => {
        const server = await startServer({ file: FILE, env: { ...LIMITS, ...login(SECRET) } })
        assert.equal((await server.stop()).exitCode, 0)
        assert.ok(!server.lines.join('\n').includes(SECRET))
      })

      it('and speaks no TLS', async () => {
        assert.match(
          await reasonOf({ ...login(SECRET), KAFKA_TLS: 'on' }),
          /does not speak TLS|no Kafka broker answers/,
        )
      })
    })

    describe('that speaks TLS', () => {
      let broker: BrokerProcess
      let isSkipped = true
      let certificate = ''
      const brokers = () => ({ KAFKA_BROKERS: `127.0.0.1:${broker.port}` })
      before(async function () {
        skipUnless(this, await whyNoKafka())
        isSkipped = false
        const files = await createCertificate(folder())
        certificate = files.certificate
        const inline = async (file: string): Promise<string> =>
          (await readFile(file, 'utf8')).trim().split('\n').join('\\n\\\n ')
        broker = await startKafka({
          protocol: 'SSL',
          properties: [
            ...['ssl.keystore.type=PEM', 'ssl.truststore.type=PEM'],
            `ssl.keystore.key=${await inline(files.key)}`,
            `ssl.keystore.certificate.chain=${await inline(files.certificate)}`,
            `ssl.truststore.certificates=${await inline(files.certificate)}`,
            'ssl.endpoint.identification.algorithm=',
          ],
        })
      })
      after(async () => {
        if (!isSkipped) await broker.stop()
      })

      it('with a certificate that nobody trusts', async () => {
        assert.match(
          await reasonOf({ ...brokers(), KAFKA_TLS: 'on' }),
          /certificate of the Kafka broker at .* is not trusted/,
        )
      })

      it('with the authority given: is used', async () => {
        const env = { ...LIMITS, ...brokers(), KAFKA_CA_FILE: certificate }
        const server = await startServer({ file: FILE, env })
        assert.equal((await server.stop()).exitCode, 0)
      })

      it('and is asked without', async () => {
        assert.match(await reasonOf(brokers()), /no Kafka broker answers at .*TLS/)
      })
    })
  })

  describe('RabbitMQ', () => {
    it('at which nothing listens', async () => {
      assert.match(
        await reasonOf({ AMQP_URL: `amqp://twin:${SECRET}@127.0.0.1:${port}` }),
        new RegExp(`no AMQP broker answers at 127\\.0\\.0\\.1:${port}: nothing listens there`),
      )
    })

    it('that says nothing', async () => {
      assert.match(
        await reasonOf({ AMQP_URL: `amqp://127.0.0.1:${portOf(silent)}` }),
        /no AMQP broker answers at .*TIMEDOUT/,
      )
    })

    it('at a host that there is not', async () => {
      assert.match(
        await reasonOf({ AMQP_URL: 'amqp://no-such-host.invalid' }),
        /no-such-host\.invalid:5672: there is no such host/,
      )
    })

    describe('that is there', () => {
      let broker: BrokerProcess
      let isSkipped = true
      let tlsPort = 0
      let certificate = ''
      before(async function () {
        skipUnless(this, await whyNoRabbitMq())
        isSkipped = false
        const files = await createCertificate(folder())
        certificate = files.certificate
        tlsPort = await findFreePort()
        broker = await startRabbitMq([
          `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
          `ssl_options.certfile = ${files.certificate}`,
          `ssl_options.keyfile = ${files.key}`,
          'ssl_options.cacertfile = ' + files.certificate,
          'ssl_options.verify = verify_none',
        ])
      })
      after(async () => {
        if (!isSkipped) await broker.stop()
      })

      it('and is told a wrong password', async () => {
        assert.match(
          await reasonOf({ AMQP_URL: `amqp://guest:${SECRET}@127.0.0.1:${broker.port}` }),
          /AMQP broker at 127\.0\.0\.1:\d+ does not let guest in: check user name and password/,
        )
      })

      it('and has no such virtual host', async () => {
        assert.match(
          await reasonOf({ AMQP_URL: `amqp://127.0.0.1:${broker.port}/none` }),
          /there is no such virtual host, or guest may not use it/,
        )
      })

      it('and is asked for TLS where it speaks none', async () => {
        assert.match(
          await reasonOf({ AMQP_URL: `amqps://127.0.0.1:${broker.port}` }),
          /does not speak TLS/,
        )
      })

      it('with a certificate that nobody trusts', async () => {
        assert.match(
          await reasonOf({ AMQP_URL: `amqps://127.0.0.1:${tlsPort}` }),
          /certificate of the AMQP broker at .* is not trusted/,
        )
      })

      it('with the authority given: is used', async () => {
        const env = {
          ...{ ...LIMITS, AMQP_URL: `amqps://127.0.0.1:${tlsPort}` },
          AMQP_CA_FILE: certificate,
        }
        const server = await startServer({ file: FILE, env })
        assert.equal((await server.stop()).exitCode, 0)
      })
    })
  })

  it('is refused with the variable, or the option, that is wrong', async () => {
    const cases: readonly (readonly [
      Readonly<Record<string, string>>,
      readonly string[],
      RegExp,
    ])[] = [
      [{}, ['--kafka', 'here'], /KAFKA_BROKERS must be HOST:PORT/],
      [{ KAFKA_BROKERS: 'a:1,,b:2' }, [], /KAFKA_BROKERS must be names separated by commas/],
      [{}, ['--amqp', 'http://127.0.0.1'], /AMQP_URL must be amqp:/],
      [{ AMQP_URL: `twin:${SECRET}@here` }, [], /AMQP_URL must be amqp:/],
      [
        { AMQP_URL: `amqp://twin:${SECRET}%@here` },
        [],
        /AMQP_URL must .* percent-encoded: % is %25/,
      ],
      [{ KAFKA_BROKERS: 'a:1', KAFKA_USERNAME: 'twin' }, [], /must be given together/],
      [{ KAFKA_BROKERS: 'a:1', KAFKA_TLS: 'maybe' }, [], /KAFKA_TLS must be one of on, off/],
      [{ KAFKA_BROKERS: 'a:1', KAFKA_CA_FILE: 'none.pem' }, [], /KAFKA_CA_FILE cannot be read/],
      [
        { KAFKA_BROKERS: 'a:1', KAFKA_CA_FILE: 'package.json' },
        [],
        /must be a file with a certificate/,
      ],
      [{}, ['--kafka'], /--kafka/],
    ]
    for (const [env, args, message] of cases) {
      const { exitCode, stderr } = await runToEnd(FILE, env, args)
      assert.equal(exitCode, 64, stderr)
      assert.match(stderr, message)
      assert.ok(!stderr.includes(SECRET), stderr)
    }
  })
})
