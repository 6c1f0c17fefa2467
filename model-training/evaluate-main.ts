import { join } from 'node:path'
import { LoadError } from '../inference/index'
import { DataError } from './evaluation/data-error'
import { evaluateModel, type EvaluateOptions } from './evaluation/evaluate-model'
import { findModel, NoModelError } from './evaluation/find-model'
import type { ModelEvaluation } from './evaluation/model-evaluation'
import { readOptions, USAGE, UsageError, type Options } from './evaluation/options'
import { toPage } from './evaluation/page/page'
import { createProgress } from './evaluation/progress'
import { toText } from './evaluation/text'
import { makeThumbnails, type Thumbnails } from './evaluation/thumbnails'
import { toJson } from './evaluation/to-json'
import { ToolError } from './evaluation/tool-process'
import { NoToolError } from './evaluation/tools'
import { writeCard } from './evaluation/write-card'
import { OutputError, requireWritable, writeFiles } from './evaluation/write-files'
import { interruptible, InterruptedError } from './interruptible'

const INTERRUPTED = 130

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  if (options === 'help') {
    process.stdout.write(USAGE)
    return
  }
  const modelFolder = await findModel(options.model)
  const { evaluation, thumbnails } = await interruptible((signal) =>
    evaluate(modelFolder, options, signal),
  )
  // Written at once, after what takes minutes: whoever reads "nothing was written" can rely on it.
  const json = toJson(evaluation)
  // Everything else is made of what the JSON keeps, so that it can be made again of that alone.
  const kept = JSON.parse(json) as ModelEvaluation
  if (options.out !== undefined) await write(options.out, { json, page: toPage(kept, thumbnails) })
  if (options.writeCard) {
    await writeCard(modelFolder, kept)
    process.stderr.write(`wrote the figures into ${join(modelFolder, 'card.json')}\n`)
  }
  process.stdout.write(options.json ? json : toText(kept))
}

interface Evaluated {
  readonly evaluation: ModelEvaluation
  /** Of the worst mistakes, where they are asked for. */
  readonly thumbnails: Thumbnails
}

/** Evaluates, and tells how far that is. */
async function evaluate(
  modelFolder: string,
  options: Options,
  signal: AbortSignal,
): Promise<Evaluated> {
  if (options.out !== undefined) await requireWritable(options.out)
  let thumbnails: Thumbnails = new Map()
  const onMistakes: EvaluateOptions['onMistakes'] = async (mistakes, read) => {
    if (options.thumbnails) thumbnails = await makeThumbnails(mistakes, read)
  }
  const { onProgress, end } = createProgress(process.stderr)
  try {
    const how = { ...options, modelFolder, dataFolder: options.data, signal }
    const evaluation = await evaluateModel({ ...how, onProgress, onMistakes })
    return { evaluation, thumbnails }
  } catch (error) {
    // What fails while its processes are being ended is the interrupt's doing.
    signal.throwIfAborted()
    throw error
  } finally {
    end()
  }
}

async function write(folder: string, files: { json: string; page: string }): Promise<void> {
  await writeFiles(folder, { 'evaluation.json': files.json, 'evaluation.html': files.page })
  process.stderr.write(`wrote evaluation.json and evaluation.html into ${folder}\n`)
}

function toExitCode(error: unknown): number {
  if (error instanceof InterruptedError) return INTERRUPTED
  if (error instanceof UsageError) return 64
  if (error instanceof DataError) return 65
  if (error instanceof NoModelError) return 66
  if (error instanceof NoToolError || error instanceof ToolError) return 69
  if (!(error instanceof LoadError)) return 1
  return error.code.startsWith('MODEL_') ? 66 : 69
}

function toMessage(error: unknown): string {
  if (error instanceof InterruptedError) return 'interrupted, nothing was written'
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const isExpected = toExitCode(error) !== 1 || error instanceof OutputError
  return isExpected ? message : (stack ?? message)
}

// Who reads no longer does not end it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${toMessage(error)}\n`)
  if (error instanceof UsageError) process.stderr.write('See npm run evaluate -- --help\n')
  process.exitCode = toExitCode(error)
})
