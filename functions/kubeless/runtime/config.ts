import { readListenConfig } from '../../../serving/config'
import type { ListenConfig } from '../../../serving/config'
import { choice, ConfigError, integer, text } from '../../../serving/env'
import type { Env } from '../../../serving/env'
import type { KubelessContext } from '../event'

/** What Kubeless tells a runtime by variables. */
export interface RuntimeConfig {
  readonly listen: ListenConfig
  /** Folder of the function's module, and the module's name without `.js`. */
  readonly folder: string
  readonly moduleName: string
  readonly maxBodyBytes: number
  readonly context: KubelessContext
  readonly stockBehaviour: boolean
}

const MEBIBYTE = 1024 * 1024

/**
 * Kubeless' variables (MOD_NAME, FUNC_HANDLER, FUNC_PORT, FUNC_TIMEOUT, FUNC_RUNTIME, FUNC_MEMORY_LIMIT,
 * REQ_MB_LIMIT) and our own (FUNC_FOLDER, STOCK_BEHAVIOUR, HOST, LOG_LEVEL).
 *
 * @throws ConfigError naming the variable and what it accepts
 */
export function readRuntimeConfig(env: Env): RuntimeConfig {
  return {
    listen: readListenConfig(env, 'FUNC_PORT'),
    folder: text(env, 'FUNC_FOLDER', '/kubeless'),
    moduleName: required(env, 'MOD_NAME', "the name of the function's module"),
    maxBodyBytes: integer(env, 'REQ_MB_LIMIT', 1, { min: 1, max: 1024 }) * MEBIBYTE,
    context: {
      'function-name': required(env, 'FUNC_HANDLER', "the name of the module's function"),
      timeout: integer(env, 'FUNC_TIMEOUT', 180, { min: 1, max: 86_400 }),
      runtime: env['FUNC_RUNTIME'],
      'memory-limit': env['FUNC_MEMORY_LIMIT'],
    },
    stockBehaviour: choice(env, 'STOCK_BEHAVIOUR', 'false', ['true', 'false']) === 'true',
  }
}

function required(env: Env, name: string, meaning: string): string {
  const value = text(env, name, '')
  if (value === '') throw new ConfigError(`${name} is not set: ${meaning}`)
  return value
}
