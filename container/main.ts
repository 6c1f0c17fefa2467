import { join } from 'node:path'
import { createInference, describe } from '../inference'
import { MESSAGES_HELP, runCommand, VARIABLES_HELP } from '../serving/command'
import { readInferenceConfig, readListenConfig } from '../serving/config'
import type { Env } from '../serving/env'
import { runServer, untilSignal } from '../serving/lifecycle'
import { createLog } from '../serving/log'
import { createMessageMetrics } from '../serving/message-metrics'
import { readMessagesConfig } from '../serving/messages-config'
import { createRegistry } from '../serving/metrics'
import { startConsumers } from './consumer'
import type { Consumer } from './consumer'
import { PAGE_HELP, readPageConfig } from './page-config'
import { createContainerServer } from './server'

const HELP = `npm start -- [--kafka HOST:PORT,…] [--amqp URL]: the container twin, which answers photos over HTTP, and with a
broker those that come as messages, too.

POST /classify, GET /models, /healthz, /readyz, /metrics, /openapi.json, and / for people. SIGTERM ends it once its requests and messages
are answered.

  --kafka HOST:PORT  brokers of Kafka: answers the photos of a topic (sets KAFKA_BROKERS)
  --amqp URL         address of RabbitMQ: answers requests (RPC) from one queue a model (sets AMQP_URL)

It is set up by variables (defaults in brackets):
${VARIABLES_HELP}${MESSAGES_HELP}${PAGE_HELP}`

/** The core alone (functions/bundle.ts): a thread need not load the server. */
const WORKER_FILE = join(__dirname, 'worker.js')
/** Of the page's files (functions/bundle.ts). */
const PAGE_FOLDER = join(__dirname, 'page')

async function run(env: Env): Promise<number> {
  const listen = readListenConfig(env)
  const config = readInferenceConfig(env)
  const messages = readMessagesConfig(env, config.workers)
  const page = { ...readPageConfig(env), folder: PAGE_FOLDER }
  const log = createLog('container', listen.logLevel)
  const stopped = untilSignal()
  const registry = createRegistry()
  const inference = createInference({
    ...config,
    workerFile: WORKER_FILE,
    onWorkerLost: (reason) => {
      log.warn({ reason }, 'worker lost')
    },
  })
  const server = createContainerServer({ inference, limits: config.limits, log, registry, page })
  let consumers: readonly Consumer[] = []
  const metrics = createMessageMetrics(registry, () => consumers)
  const consuming = inference.then(async (loaded) => {
    consumers = await startConsumers({ config: messages, inference: loaded, log, metrics })
    const brokers = consumers.map(({ broker }) => broker)
    return { ...describe(loaded), ...(brokers.length === 0 ? {} : { brokers }) }
  })
  // They leave while requests are still answered.
  const left = stopped.then(async () => {
    await consuming.catch(() => undefined)
    await Promise.all(consumers.map((consumer) => consumer.stop()))
  })
  left.catch(() => undefined)
  return runServer({
    server,
    listen,
    log,
    stopped,
    ready: consuming,
    async close() {
      await left
      await (await inference.catch(() => undefined))?.close()
    },
  })
}

const variables = { kafka: 'KAFKA_BROKERS', amqp: 'AMQP_URL' }
void runCommand(process.argv.slice(2), { help: HELP, variables, run }).then((exitCode) =>
  process.exit(exitCode),
)
