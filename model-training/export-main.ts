import { LoadError, loadModel, type Model } from '../inference/index'
import { DataError } from './evaluation/data-error'
import { findModel, NoModelError } from './evaluation/find-model'
import type { ExportedModel } from './export/export-request'
import { exportFloat32 } from './export/export-float32'
import { exportInt8 } from './export/export-int8'
import { readOptions, USAGE, UsageError, type Options } from './export/options'
import { QuantisationError } from './export/quantise/quantisation-error'
import { toExportCommand } from './export/to-export-command'
import { VerificationError } from './export/verify-onnx'
import { OutputError, requireFree, writeFolder } from './export/write-folder'
import { interruptible, InterruptedError } from './interruptible'
import { readCommit } from './read-commit'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  if (options === 'help') {
    process.stdout.write(USAGE)
    return
  }
  const { out } = options
  await interruptible(async (signal) => {
    const model = await loadModel(await findModel(options.model))
    await requireFree(out, options)
    const { files, summary } = await exportModel(model, options, signal)
    signal.throwIfAborted()
    await writeFolder(out, files, options)
    for (const line of summary) process.stdout.write(`${line}\n`)
  })
  process.stdout.write(`wrote ${out}\n`)
}

async function exportModel(
  model: Model,
  options: Options,
  signal: AbortSignal,
): Promise<ExportedModel> {
  const { data, int8, weightBits, photos, seed } = options
  const source = model.card.name
  const name = options.name ?? (int8 ? `${source}-int8` : source)
  const command = toExportCommand(options, { source, name })
  const commit = await readCommit()
  const request = { name, command, commit, photos, seed, signal, onStep: say }
  return int8 && data !== undefined
    ? exportInt8(model, { ...request, data, weightBits })
    : exportFloat32(model, { ...request, data })
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof DataError) return 65
  if (error instanceof NoModelError || error instanceof QuantisationError) return 66
  if (!(error instanceof LoadError)) return 1
  return error.code.startsWith('MODEL_') ? 66 : 69
}

const isExpected = (error: unknown): boolean =>
  toExitCode(error) !== 1 || error instanceof OutputError || error instanceof VerificationError

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof InterruptedError) {
    say(`${error.message}, nothing was written`)
    // Whoever started this sees that it ended by the signal, as they asked for.
    process.kill(process.pid, error.signal)
    return
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  say(isExpected(error) ? message : (stack ?? message))
  if (error instanceof UsageError) say('See npm run export -- --help')
  process.exitCode = toExitCode(error)
})
