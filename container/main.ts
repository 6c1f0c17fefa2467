import { join } from 'node:path'
import { createInference, describe } from '../inference'
import { runCommand, VARIABLES_HELP } from '../serving/command'
import { readInferenceConfig, readListenConfig } from '../serving/config'
import { runServer, untilSignal } from '../serving/lifecycle'
import { createLog } from '../serving/log'
import { createContainerServer } from './server'

const HELP = `npm start: the container twin, which answers photos over HTTP.

POST /classify, GET /models, /healthz, /readyz, /metrics, /openapi.json. SIGTERM ends it once its requests are answered.
It is set up by variables (defaults in brackets):
${VARIABLES_HELP}`

/** The core alone (functions/bundle.ts): a thread need not load the server. */
const WORKER_FILE = join(__dirname, 'worker.js')

async function run(): Promise<number> {
  const listen = readListenConfig(process.env)
  const config = readInferenceConfig(process.env)
  const log = createLog('container', listen.logLevel)
  const stopped = untilSignal()
  const inference = createInference({
    ...config,
    workerFile: WORKER_FILE,
    onWorkerLost: (reason) => {
      log.warn({ reason }, 'worker lost')
    },
  })
  const server = createContainerServer({ inference, limits: config.limits, log })
  return runServer({
    server,
    listen,
    log,
    stopped,
    ready: inference.then((loaded) => ({ ...describe(loaded) })),
    close: async () => (await inference.catch(() => undefined))?.close(),
  })
}

void runCommand(process.argv.slice(2), { help: HELP, run }).then((exitCode) =>
  process.exit(exitCode),
)
