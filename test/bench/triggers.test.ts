import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readRun } from '../../bench/read-run'
import { validateReport } from '../../bench/report/schema'
import type { BrokerProcess } from '../helpers/brokers/broker-process'
import { findFreePort } from '../../bench/targets/free-port'
import { startKafka, whyNoKafka } from '../helpers/brokers/kafka-broker'
import { startRabbitMq, whyNoRabbitMq } from '../helpers/brokers/rabbitmq-broker'
import { runHarness } from '../helpers/harness-process'
import { useFolders } from '../helpers/measured'
import { skipUnless } from '../helpers/optional'

const WAYS = ['http', 'kafka', 'amqp', 'http again']

describe('the comparison of triggers', () => {
  const newFolder = useFolders()
  const brokers: BrokerProcess[] = []
  let kafka = ''
  let amqp = ''
  before(async function () {
    skipUnless(this, (await whyNoKafka()) ?? (await whyNoRabbitMq()))
    for (const start of [startKafka, startRabbitMq]) brokers.push(await start())
    const [one, other] = brokers.map(({ port }) => port)
    kafka = `127.0.0.1:${one}`
    amqp = `amqp://guest:guest@127.0.0.1:${other}`
  })
  after(async () => {
    for (const broker of brokers) await broker.stop()
  })

  it('measures the same photos in every way, and loses and doubles none', async () => {
    const folder = join(await newFolder(), 'run')
    const { exitCode, stdout, stderr } = await runHarness('compare', [
      ...['--triggers', 'http,kafka,amqp', '--kafka', kafka, '--amqp', amqp],
      ...['--blocks', '2', '--requests', '40', '--concurrency', '1,5', '--out', folder],
    ])
    assert.equal(exitCode, 0, stderr + stdout)
    const report: unknown = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))
    validateReport(report)
    const { targets, conditions, comparisons, aa, paper } = report
    assert.deepEqual(
      targets.map(({ name }) => name),
      WAYS,
    )
    assert.equal(paper, null)
    for (const { target, requests, errors, messages, waitingTime, ...rest } of conditions) {
      assert.deepEqual([requests, errors], [80, 0], target)
      const isMessage = target === 'kafka' || target === 'amqp'
      assert.deepEqual(messages, isMessage ? { lost: 0, duplicated: 0 } : undefined, target)
      assert.ok((waitingTime.p50.value ?? 0) > 0, target)
      assert.ok((rest.predictionTime.p50.value ?? 0) > 0, target)
      assert.ok((rest.cpuMsPerRequest ?? 0) > 0.1, target)
    }
    const pairs = new Set(comparisons.map(({ a, b }) => `${a} / ${b}`))
    assert.deepEqual([...pairs], ['kafka / http', 'amqp / http'])
    assert.ok(aa.every(({ a, b }) => a === 'http again' && b === 'http'))
    // In a block each way has the same photos in the same order.
    const { trials } = await readRun(folder)
    const photosOf = (target: string) =>
      trials
        .filter((trial) => trial.target === target && trial.experiment === 'closed-loop')
        .filter(({ concurrency }) => concurrency === 1)
        .map(({ observations }) => observations.map(({ photo }) => photo))
    for (const way of WAYS) assert.deepEqual(photosOf(way), photosOf('http'), way)
    const markdown = await readFile(join(folder, 'report.md'), 'utf8')
    assert.match(markdown, /## Photos as messages/)
    for (const file of ['run.json', 'report.json', 'report.html']) {
      assert.ok(!(await readFile(join(folder, file), 'utf8')).includes('guest'), file)
    }
  })

  it('ends with a reason where a broker is not there', async () => {
    const folder = join(await newFolder(), 'run')
    const port = await findFreePort()
    const { exitCode, stdout } = await runHarness('compare', [
      ...['--triggers', 'kafka', '--kafka', `127.0.0.1:${port}`],
      ...['--blocks', '2', '--requests', '20', '--out', folder],
    ])
    assert.equal(exitCode, 2, stdout)
    assert.match(stdout, new RegExp(`no Kafka broker answers at 127\\.0\\.0\\.1:${port}`))
  })
})
