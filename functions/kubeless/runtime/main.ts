import { runCommand, VARIABLES_HELP } from '../../../serving/command'
import { runServer, untilSignal } from '../../../serving/lifecycle'
import { createLog } from '../../../serving/log'
import type { KubelessEvent } from '../event'
import { readRuntimeConfig } from './config'
import type { RuntimeConfig } from './config'
import { loadFunction } from './function'
import type { FunctionModule } from './function'
import { createRuntimeServer } from './server'
import { createStockCall } from './stock'

const HELP = `npm run function: a Kubeless function on our runtime, as a plain process.

Kubeless sets these variables; functions/kubeless/local.env has them for this machine:
  MOD_NAME          name of the function's module
  FUNC_HANDLER      name of its function
  FUNC_PORT         port to listen on (8080)
  FUNC_TIMEOUT      seconds a call may take (180)
  REQ_MB_LIMIT      largest request in MiB (1)
and these are ours:
  FUNC_FOLDER       where the module is (/kubeless)
  STOCK_BEHAVIOUR   true: do at every call what Kubeless' stock runtime does (false)
The function itself reads (PORT apart):
${VARIABLES_HELP}`

/** How the function is called, prepared and ended. */
interface Hosted {
  readonly call: (event: KubelessEvent) => unknown
  readonly ready: Promise<Readonly<Record<string, unknown>>>
  readonly isReady: () => boolean
  readonly close: () => Promise<void>
}

async function run(): Promise<number> {
  const config = readRuntimeConfig(process.env)
  const { listen } = config
  const log = createLog('function', listen.logLevel)
  const stopped = untilSignal()
  const { call, isReady, ready, close } = config.stockBehaviour ? hostAsStock(config) : host(config)
  const server = createRuntimeServer({ config, log, call, isReady })
  return runServer({ server, listen, log, stopped, ready, close })
}

/** The module is loaded once, and its model before the first call. */
function host(config: RuntimeConfig): Hosted {
  // Inside a promise, so that what the module throws is reported like any failed start.
  const loaded: Promise<FunctionModule> = Promise.resolve(config).then(loadFunction)
  let isReady = (): boolean => false
  async function prepare(): Promise<Readonly<Record<string, unknown>>> {
    const module = await loaded
    const details = await module.init?.()
    isReady = module.isReady ?? (() => true)
    return details ?? {}
  }
  return {
    call: async (event) => (await loaded).function(event, config.context),
    ready: prepare(),
    isReady: () => isReady(),
    close: async () => (await loaded.catch(() => undefined))?.close?.(),
  }
}

/** Ready at once and loaded at the first call, like the stock runtime. */
function hostAsStock(config: RuntimeConfig): Hosted {
  const callFunction = createStockCall(config)
  let isLoaded = false
  return {
    call(event) {
      const returned = callFunction(event)
      isLoaded = true
      return returned
    },
    ready: Promise.resolve({ stockBehaviour: true }),
    isReady: () => true,
    close: async () => (isLoaded ? loadFunction(config).close?.() : undefined),
  }
}

void runCommand(process.argv.slice(2), { help: HELP, run }).then((exitCode) =>
  process.exit(exitCode),
)
