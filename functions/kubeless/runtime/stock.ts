import { createRequire, Module } from 'node:module'
import { createContext, Script } from 'node:vm'
import type { KubelessEvent, KubelessRequest, KubelessResponse } from '../event'
import type { RuntimeConfig } from './config'
import { toFunctionModule, toModulePath } from './function'

/**
 * What Kubeless' own Node runtime (kubeless/runtimes, stable/nodejs) does at every call, reproduced so that its
 * cost can be measured: it makes a new V8 context, runs a script in it that requires the module (loaded at the first
 * call) and calls its function. A reproduction, not that runtime itself.
 *
 * @returns what the function returned
 */
export function createStockCall(config: RuntimeConfig): (event: KubelessEvent) => unknown {
  const path = toModulePath(config)
  const requireModule = createRequire(path)
  const script = new Script('call(require(path))', { filename: path })
  return (event) => {
    let returned: unknown
    const sandbox = {
      ...globalThis,
      __filename: path,
      __dirname: config.folder,
      module: new Module(path),
      require: requireModule,
      path,
      call(loaded: unknown) {
        returned = toFunctionModule(loaded, config).function(event, config.context)
      },
    }
    script.runInContext(createContext(sandbox), { timeout: config.context.timeout * 1000 })
    return returned
  }
}

/** One line of the access log in the Apache "combined" format, as the stock runtime writes for every request. */
export function toAccessLog(request: KubelessRequest, response: KubelessResponse): string {
  const { method = '-', originalUrl, httpVersion, socket } = request
  const bytes = response.getHeader('content-length') ?? '-'
  const from = `${socket.remoteAddress ?? '-'} - - [${toApacheTime(new Date())}]`
  const referrer = request.get('referer') ?? '-'
  const agent = request.get('user-agent') ?? '-'
  return (
    `${from} "${method} ${originalUrl} HTTP/${httpVersion}" ${response.statusCode} ${String(bytes)} ` +
    `"${referrer}" "${agent}"\n`
  )
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function toApacheTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()] ?? ''}/${date.getUTCFullYear()}`
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
}
