import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { KubelessContext, KubelessEvent } from '../event'
import type { RuntimeConfig } from './config'

/** A Kubeless function. */
export type KubelessFunction = (event: KubelessEvent, context: KubelessContext) => unknown

/** What our runtime looks for in a function's module, beside the function itself. */
export interface FunctionModule {
  readonly function: KubelessFunction
  /** Resolves once the function answers at full speed, with what the log should tell; called at start. */
  readonly init: (() => Promise<Readonly<Record<string, unknown>>>) | undefined
  /** Whether the function answers now; asked by /readyz after `init`. */
  readonly isReady: (() => boolean) | undefined
  /** Called at the end. */
  readonly close: (() => Promise<void>) | undefined
}

/** Path of the function's module. */
export const toModulePath = ({ folder, moduleName }: RuntimeConfig): string =>
  resolve(folder, `${moduleName}.js`)

/**
 * Loads the function's module, once.
 *
 * @throws Error if it has no such function, and whatever the module throws
 */
export function loadFunction(config: RuntimeConfig): FunctionModule {
  const path = toModulePath(config)
  return toFunctionModule(createRequire(path)(path), config)
}

/** A module is the function itself or has it under FUNC_HANDLER. */
export function toFunctionModule(loaded: unknown, config: RuntimeConfig): FunctionModule {
  const name = config.context['function-name']
  const members = (typeof loaded === 'object' && loaded !== null ? loaded : {}) as Record<
    string,
    unknown
  >
  const candidate = typeof loaded === 'function' ? loaded : members[name]
  if (typeof candidate !== 'function') {
    throw new Error(`${toModulePath(config)} exports no function ${name}`)
  }
  return {
    function: candidate as KubelessFunction,
    init: members['init'] as FunctionModule['init'],
    isReady: members['isReady'] as FunctionModule['isReady'],
    close: members['close'] as FunctionModule['close'],
  }
}
