import { accessSync, constants, statSync } from 'node:fs'
import { ConfigError, names, text } from '../serving/env'
import type { Env } from '../serving/env'
import { PageTargetError, toPageTargets } from '../web'
import type { PageOptions } from '../web'

/** The variables of the page, for the container's `--help`. */
export const PAGE_HELP = `
  PAGE_TARGETS     NAME=URL, or several separated by commas: whom the page asks, such as
                   function=http://127.0.0.1:8081,container=http://127.0.0.1:8080 (only this container)
  PAGE_REPORT      a report.html that the page shows (none)
`

/**
 * What the page shows: PAGE_TARGETS and PAGE_REPORT.
 *
 * @throws ConfigError naming the variable and what it accepts
 */
export function readPageConfig(env: Env): Pick<PageOptions, 'targets' | 'findReport'> {
  const report = readReport(env)
  return { targets: readTargets(env), findReport: () => Promise.resolve(report) }
}

function readTargets(env: Env): PageOptions['targets'] {
  if (text(env, 'PAGE_TARGETS', '') === '') return []
  try {
    return toPageTargets(names(env, 'PAGE_TARGETS', ['']))
  } catch (error) {
    if (!(error instanceof PageTargetError)) throw error
    throw new ConfigError(`PAGE_TARGETS: ${error.message}`, { cause: error })
  }
}

function readReport(env: Env): string | undefined {
  const file = text(env, 'PAGE_REPORT', '')
  if (file === '') return undefined
  if (isReadable(file)) return file
  throw new ConfigError(`PAGE_REPORT must be a file that can be read, it is "${file}"`)
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
