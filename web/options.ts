import { parseArgs } from 'node:util'
import { PageTargetError, toPageTargets } from './server/page-target'
import type { PageTarget } from './server/page-target'
import { UsageError } from './usage-error'

/** What `npm run page` is asked to do. */
export interface PageRunOptions {
  readonly port: number
  readonly host: string
  /** Empty: both twins are started. */
  readonly targets: readonly PageTarget[]
  /** Folder of the run whose report is shown; undefined: the newest. */
  readonly report: string | undefined
}

const PORT = '8090'
const MAX_PORT = 65_535

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  target: { type: 'string', multiple: true },
  report: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

/**
 * Reads the command line of `npm run page`.
 *
 * @param args without node and script
 * @returns 'help' where that was asked for
 * @throws UsageError naming the option and what it accepts
 */
export function readOptions(args: readonly string[]): PageRunOptions | 'help' {
  const values = parse(args)
  if (values.help === true) return 'help'
  const { host = '127.0.0.1', report } = values
  if (host === '') throw new UsageError('--host accepts an address such as 127.0.0.1, not ""')
  if (report === '') throw new UsageError('--report accepts the folder of a run, not ""')
  return { port: toPort(values.port ?? PORT), host, targets: toTargets(values), report }
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

function toPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= MAX_PORT) return Number(text)
  throw new UsageError(`--port accepts a whole number from 0 to ${MAX_PORT}, not "${text}"`)
}

function toTargets({ target = [] }: Values): readonly PageTarget[] {
  try {
    return toPageTargets(target)
  } catch (error) {
    if (!(error instanceof PageTargetError)) throw error
    throw new UsageError(`--target: ${error.message}`, { cause: error })
  }
}
