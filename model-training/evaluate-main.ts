import { join } from 'node:path'
import { DataError } from './evaluation/data-error'
import { evaluateModel, type EvaluateOptions } from './evaluation/evaluate-model'
import { findModel, NoModelError } from './evaluation/find-model'
import { readOptions, USAGE, UsageError } from './evaluation/options'
import { toPage } from './evaluation/page/page'
import { createProgress } from './evaluation/progress'
import { toText } from './evaluation/text'
import { makeThumbnails, type Thumbnails } from './evaluation/thumbnails'
import { toJson } from './evaluation/to-json'
import { ToolError } from './evaluation/tool-process'
import { NoToolError } from './evaluation/tools'
import { writeCard } from './evaluation/write-card'
import { requireWritable, writeFiles } from './evaluation/write-files'

const INTERRUPTED = 130
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (options === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  const interrupt = new AbortController()
  const stop = (): void => {
    interrupt.abort(new Error('interrupted'))
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  const { onProgress, end } = createProgress(process.stderr)
  try {
    const modelFolder = await findModel(options.model)
    if (options.out !== undefined) await requireWritable(options.out)
    const { signal } = interrupt
    let thumbnails: Thumbnails = new Map()
    const onMistakes: EvaluateOptions['onMistakes'] = async (mistakes, read) => {
      if (options.thumbnails) thumbnails = await makeThumbnails(mistakes, read)
    }
    const dataFolder = options.data
    const what = { ...options, modelFolder, dataFolder, signal, onProgress, onMistakes }
    const evaluation = await evaluateModel(what)
    end()
    const json = toJson(evaluation)
    signal.throwIfAborted()
    if (options.out !== undefined) {
      await write(options.out, { json, page: toPage(evaluation, thumbnails) })
    }
    if (options.writeCard) {
      await writeCard(modelFolder, evaluation)
      process.stderr.write(`wrote the figures into ${join(modelFolder, 'card.json')}\n`)
    }
    process.stdout.write(options.json ? json : toText(evaluation))
    return 0
  } catch (error) {
    end()
    if (!interrupt.signal.aborted) throw error
    process.stderr.write('interrupted, nothing was written\n')
    return INTERRUPTED
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}

async function write(folder: string, files: { json: string; page: string }): Promise<void> {
  await writeFiles(folder, { 'evaluation.json': files.json, 'evaluation.html': files.page })
  process.stderr.write(`wrote evaluation.json and evaluation.html into ${folder}\n`)
}

/** LoadError is no part of the core's index, but its code is told. */
function toLoadCode(error: unknown): string {
  return error instanceof Error && error.name === 'LoadError' && 'code' in error
    ? String(error.code)
    : ''
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return 64
  if (error instanceof DataError) return 65
  if (error instanceof NoModelError || toLoadCode(error).startsWith('MODEL_')) return 66
  if (error instanceof NoToolError || error instanceof ToolError) return 69
  return 1
}

// Who reads no longer does not end it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode
  },
  (error: unknown) => {
    const exitCode = toExitCode(error)
    const { message, stack, name } = error instanceof Error ? error : new Error(String(error))
    const isExpected = exitCode !== 1 || name === 'OutputError'
    process.stderr.write(`${isExpected ? message : (stack ?? message)}\n`)
    if (error instanceof UsageError) process.stderr.write('See npm run evaluate -- --help\n')
    process.exitCode = exitCode
  },
)
