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
import type { ReportFormat } from '../run'
import { runProgram } from '../run-program'
import { REPORT_USAGE } from '../usage'
import { UsageError } from '../usage-error'
import { toText } from './text'

interface Asked {
  readonly folder: string
  readonly formats: readonly ReportFormat[] | undefined
}

async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args)
  if (asked === 'help') {
    process.stdout.write(REPORT_USAGE)
    return 0
  }
  if (isOfFormat(asked.folder, AUTOSCALING_FORMAT)) {
    const report = await rebuildAutoscaling(asked.folder)
    process.stdout.write(toAutoscalingText(report, asked.folder))
    return report.valid ? 0 : 2
  }
  if (isOfFormat(asked.folder, COLD_START_FORMAT)) {
    const report = await rebuildColdStarts(asked.folder)
    process.stdout.write(toColdStartText(report, asked.folder))
    return report.valid ? 0 : 2
  }
  if (isOfFormat(asked.folder, PEERS_FORMAT)) {
    const report = await rebuildPeers(asked.folder)
    process.stdout.write(toPeersText(report, asked.folder))
    return report.valid ? 0 : 2
  }
  const report = await rebuild(asked.folder, asked.formats)
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
  const { format } = values
  return { folder, formats: format === undefined ? undefined : toFormats(format) }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { format: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: true,
    })
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof RunFolderError) return 65
  return error instanceof RecorderError ? 74 : 1
}

runProgram({ name: 'report', main, toExitCode })
