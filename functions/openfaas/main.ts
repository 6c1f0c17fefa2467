import { runCommand, VARIABLES_HELP } from '../../serving/command'
import { readInferenceConfig, readListenConfig } from '../../serving/config'
import { choice } from '../../serving/env'
import { DEFAULT_LIMITS } from '../../inference'
import { runServer, untilSignal } from '../../serving/lifecycle'
import { createLog } from '../../serving/log'
import { FORM_BYTES } from '../../serving/server'
import { close, handle, init, isReady } from './handler'
import { createOpenFaasServer } from './server'

const HELP = `npm run function:openfaas: the function as OpenFaaS runs it, as a plain process.

  RAW_BODY         true: the function gets the body's bytes (false, as in OpenFaaS' templates)
${VARIABLES_HELP}`

async function run(): Promise<number> {
  const listen = readListenConfig(process.env)
  const { limits } = readInferenceConfig(process.env)
  const rawBody = choice(process.env, 'RAW_BODY', 'false', ['true', 'false']) === 'true'
  const log = createLog('openfaas', listen.logLevel)
  const stopped = untilSignal()
  const maxBodyBytes = (limits?.maxBytes ?? DEFAULT_LIMITS.maxBytes) + FORM_BYTES
  const server = createOpenFaasServer({
    log,
    rawBody,
    maxBodyBytes,
    handle,
    isReady,
  })
  return runServer({
    server,
    listen,
    log,
    stopped,
    close,
    ready: init().then((loaded) => ({ ...loaded })),
  })
}

void runCommand(process.argv.slice(2), { help: HELP, run }).then((exitCode) =>
  process.exit(exitCode),
)
