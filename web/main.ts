import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { findReport, ReportError, requireReport } from './find-report'
import { readOptions } from './options'
import type { PageRunOptions } from './options'
import { createPageServer } from './server/page-server'
import type { PageTarget } from './server/page-target'
import { startTwin, TwinError, TWINS } from './twin-process'
import type { TwinProcess } from './twin-process'
import { USAGE } from './usage'
import { UsageError } from './usage-error'

/** As shells say it: 128 and the number of SIGINT. */
const INTERRUPTED = 130
const ROOT = join(__dirname, '..')
/** Of the files that `npm run build` makes for the container, which shows the page, too. */
const PAGE_FOLDER = join(ROOT, 'dist', 'container', 'page')

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (options === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  const report = options.report === undefined ? undefined : await requireReport(options.report)
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // The second time at once; what exits takes the twins with it.
      if (stopped.signal.aborted) process.exit(INTERRUPTED)
      stopped.abort()
    })
  }
  const twins: TwinProcess[] = []
  try {
    if (options.targets.length === 0) {
      process.stderr.write('starting both twins …\n')
      for (const { name, args: twinArgs } of TWINS) {
        const { signal } = stopped
        twins.push(await startTwin({ name, args: twinArgs, root: ROOT, env: process.env, signal }))
      }
    }
    const targets = twins.length === 0 ? options.targets : twins
    const shown = () => (report === undefined ? findReport(ROOT) : Promise.resolve(report))
    await serve(options, targets, shown, untilOver(twins, stopped.signal))
    return 0
  } catch (error) {
    if (stopped.signal.aborted) return 0
    throw error
  } finally {
    await Promise.all(twins.map((twin) => twin.stop()))
  }
}

async function serve(
  { port, host }: PageRunOptions,
  targets: readonly PageTarget[],
  shown: () => Promise<string | undefined>,
  over: Promise<void>,
): Promise<void> {
  const server = createPageServer({ folder: PAGE_FOLDER, targets, findReport: shown })
  try {
    await server.listen({ port, host }).catch((error: unknown) => {
      throw new TwinError(explain(error, { port, host }), { cause: error })
    })
    const { port: ownPort } = server.server.address() as AddressInfo
    const names = targets.map(({ name, baseUrl }) => `  ${name} at ${baseUrl}\n`).join('')
    process.stdout.write(`http://${toHost(host)}:${ownPort}\n`)
    process.stderr.write(`${names}Ctrl-C ends it.\n`)
    await over
  } finally {
    await server.close()
  }
}

/** Where it listens on all addresses, this machine's own is one that can be opened. */
function toHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** Resolves once the user has had enough; rejects if a twin ends before. */
async function untilOver(twins: readonly TwinProcess[], signal: AbortSignal): Promise<void> {
  const asked = signal.aborted ? Promise.resolve() : once(signal, 'abort')
  const broken = twins.map(async ({ name, ended }) => {
    const how = await ended
    if (!signal.aborted) throw new TwinError(`the ${name} ${how}`)
  })
  await Promise.race([asked, ...broken])
}

function explain(error: unknown, { port, host }: { port: number; host: string }): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `port ${port} of ${host} is taken, choose another with --port`
  if (code === 'EACCES') return `port ${port} may not be used by this user, choose one above 1023`
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${host}, choose another --host`
  return error instanceof Error ? error.message : String(error)
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof ReportError) return 65
  return error instanceof TwinError ? 69 : 1
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode
  },
  (error: unknown) => {
    const exitCode = toExitCode(error)
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    process.stderr.write(`${exitCode === 1 ? (stack ?? message) : message}\n`)
    if (exitCode === 64) process.stderr.write('See npm run page -- --help\n')
    process.exitCode = exitCode
  },
)
