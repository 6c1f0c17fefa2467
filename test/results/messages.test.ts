import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '../../bench/report/report'
import { FAULTS } from '../faults/faults'
import { toMarkdown as toFaultsPage } from '../faults/markdown'
import type { FaultsRun } from '../faults/markdown'
import type { FaultRow } from '../faults/run-fault'
import { toMarkdown as toClientsPage } from '../measurements/kafka-clients/markdown'
import type { KafkaClients } from '../measurements/kafka-clients/markdown'

const FOLDER = join(__dirname, '../../results/messages')
const MESSAGES = 10_000

describe('the results on messages', () => {
  const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8')
  const readJson = (name: string): unknown => JSON.parse(read(name))
  const rows = readJson('faults.json') as readonly FaultRow[]

  for (const { name, broker } of FAULTS) {
    it(`${broker}: ${name}: hit, and every one of ten thousand photos has one answer`, () => {
      const own = rows.filter((row) => row.fault === name && row.broker === broker)
      assert.equal(own.length, 1)
      const { hits, sent, answered, rejected, lost, duplicated } = own[0]!
      assert.ok(hits > 0)
      assert.deepEqual(
        [sent, answered + rejected, lost, duplicated],
        [MESSAGES, MESSAGES, 0, 0],
      )
    })
  }

  it('are told by pages that follow from them', () => {
    assert.equal(toFaultsPage(readJson('run.json') as FaultsRun, rows), read('faults.md'))
    const clients = readJson('kafka-clients.json') as KafkaClients
    assert.equal(toClientsPage(clients), read('kafka-clients.md'))
  })

  it('tell what a broker costs, with no photo lost or answered twice', () => {
    const file = join(__dirname, '../../results/compare/triggers/report.json')
    const { valid, environment, conditions } = JSON.parse(readFileSync(file, 'utf8')) as Report
    assert.deepEqual([valid, environment.uncommitted], [true, false])
    for (const name of ['kafka', 'amqp']) {
      const own = conditions.filter(({ target }) => target === name)
      assert.deepEqual(
        own.map(({ workload, messages }) => [workload.concurrency, messages]),
        [1, 5, 10, 20].map((count) => [count, { lost: 0, duplicated: 0 }]),
      )
    }
  })
})
