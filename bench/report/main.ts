import { parseArgs } from 'node:util'
import { rebuildAutoscaling } from '../autoscaling/rebuild'
import { AUTOSCALING_FORMAT } from '../autoscaling/run'
import { toAutoscalingText } from '../autoscaling/text'
import { rebuildColdStarts } from '../cold-start/rebuild'
import { COLD_START_FORMAT } from '../cold-start/run'
import { toColdStartText } from '../cold-start/text'
import { toFormats } from '../options'
import { rebuildPeers } from '../peers/rebuild'
import { PEERS_FORMAT } from '../peers/run'
import { toPeersText } from '../peers/text'
import { RunFolderError } from '../read-run'
import { rebuild } from '../rebuild'
import { RecorderError } from '../recorder'
import { isOfFormat } from '../row-run'
import type { KindOfRun, RowRunFormat } from '../row-run'
import { PricesError, readPrices } from '../cost/prices'
import type { Prices } from '../cost/prices'
import type { ReportFormat } from '../run'
import { runProgram } from '../run-program'
import { REPORT_USAGE } from '../usage'
import { UsageError } from '../usage-error'
import { toText } from './text'

interface Rebuilt {
  readonly text: string
  readonly valid: boolean
}

/** What a run of another kind than a comparison is rebuilt with. */
interface Kind<R extends KindOfRun, Report extends { readonly valid: boolean }> {
  readonly format: RowRunFormat<R>
  readonly rebuild: (folder: string) => Promise<Report>
  readonly toText: (report: Report, folder: string) => string
}

/** The kind's report of a folder; undefined: it is none of the kind. */
const toRebuild =
  <R extends KindOfRun, Report extends { readonly valid: boolean }>({
    format,
    rebuild: rebuildKind,
    toText: toKindText,
  }: Kind<R, Report>) =>
  async (folder: string): Promise<Rebuilt | undefined> => {
    if (!isOfFormat(folder, format)) return undefined
    const report = await rebuildKind(folder)
    return { text: toKindText(report, folder), valid: report.valid }
  }

const OTHERS = [
  toRebuild({
    format: AUTOSCALING_FORMAT,
    rebuild: rebuildAutoscaling,
    toText: toAutoscalingText,
  }),
  toRebuild({ format: COLD_START_FORMAT, rebuild: rebuildColdStarts, toText: toColdStartText }),
  toRebuild({ format: PEERS_FORMAT, rebuild: rebuildPeers, toText: toPeersText }),
]

/** Undefined: it is a comparison, or no run at all. */
async function rebuildOther(folder: string): Promise<Rebuilt | undefined> {
  for (const rebuildIfOf of OTHERS) {
    const rebuilt = await rebuildIfOf(folder)
    if (rebuilt !== undefined) return rebuilt
  }
  return undefined
}

interface Asked {
  readonly folder: string
  readonly formats: readonly ReportFormat[] | undefined
  readonly prices: Prices | undefined
}

async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args)
  if (asked === 'help') {
    process.stdout.write(REPORT_USAGE)
    return 0
  }
  const rebuilt = await rebuildOther(asked.folder)
  if (rebuilt !== undefined) {
    process.stdout.write(rebuilt.text)
    return rebuilt.valid ? 0 : 2
  }
  const report = await rebuild(asked.folder, asked.formats, asked.prices)
  process.stdout.write(toText(report, asked.folder))
  return report.valid ? 0 : 2
}

function readArguments(args: readonly string[]): Asked | 'help' {
  const { values, positionals } = parse(args)
  if (values.help === true) return 'help'
  const [folder, ...more] = positionals
  if (folder === undefined || more.length > 0) {
    throw new UsageError(`one RUN_DIR is needed, but ${positionals.length} were given`)
  }
  const { format, prices } = values
  return {
    folder,
    formats: format === undefined ? undefined : toFormats(format),
    prices: prices === undefined ? undefined : readPrices(prices),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        format: { type: 'string' },
        prices: { type: 'string' },
        help: { type: 'boolean' },
      },
      allowPositionals: true,
    })
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof RunFolderError || error instanceof PricesError) return 65
  return error instanceof RecorderError ? 74 : 1
}

runProgram({ name: 'report', main, toExitCode })
