import assert from 'node:assert/strict'
import { whyNoKafka } from '../helpers/brokers/kafka-broker'
import { whyNoRabbitMq } from '../helpers/brokers/rabbitmq-broker'
import { skipUnless } from '../helpers/optional'
import { FAULTS } from './faults'
import { runFault } from './run-fault'

/** A shorter form of `npm run test:faults`. */
const MESSAGES = 300
const PAUSE_MS = 5_000

describe('photos as messages, where something goes wrong', function () {
  this.timeout(300_000)
  for (const fault of FAULTS) {
    const { broker, name, leastMessages = 0 } = fault
    const messages = Math.max(MESSAGES, leastMessages)
    it(`${broker}: ${name}: each has one answer, or one rejection`, async function () {
      skipUnless(this, await (broker === 'kafka' ? whyNoKafka() : whyNoRabbitMq()))
      const row = await runFault(fault, { messages, pauseMs: PAUSE_MS })
      assert.deepEqual([row.sent, row.lost, row.duplicated], [messages, 0, 0], JSON.stringify(row))
      assert.equal(row.answered + row.rejected, messages)
      const hasBad = name === 'poison messages' || name === 'photos of 20 MB'
      assert.equal(row.rejected > 0, hasBad, JSON.stringify(row))
    })
  }
})
