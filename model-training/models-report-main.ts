import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { validateEvaluation } from './evaluation/schema'
import type { ModelEvaluation } from './evaluation/model-evaluation'
import type { SourcesReport } from './leave-one-source-out'
import { toModelsReport } from './models-report'
import { readModelOrigins } from './read-model-origins'

const USAGE = `Writes report.md of the evaluations in a folder.

  npm run models-report [-- DIR]

  DIR     holds NAME/evaluation.json for some models, as npm run evaluate -- --out DIR/NAME writes it, and
          sources/leave-one-source-out.json, if there is one (results/model)
  --help  print this

Exit status: 0 written, 64 wrong arguments, 65 no evaluation, or one that is damaged, 1 anything else.
`

/** Where cards say how their models were trained. */
const MODELS = join(__dirname, '../inference/models')

/** The folder's files are not as expected; the message names the file. */
class FindingsError extends Error {
  override readonly name = 'FindingsError'
}

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean' } },
    allowPositionals: true,
  })
  if (values.help) {
    process.stdout.write(USAGE)
    return
  }
  const folder = positionals[0] ?? 'results/model'
  const file = join(folder, 'report.md')
  await writeFile(file, toModelsReport(await readFindings(folder)))
  process.stdout.write(`wrote ${file}\n`)
}

async function readFindings(folder: string) {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new FindingsError(`${folder} cannot be read`, { cause })
  })
  const read = await Promise.all(
    names.sort().map((name) => readJson(join(folder, name, 'evaluation.json'))),
  )
  const evaluations = read.flatMap((one) => (one === undefined ? [] : toEvaluation(one)))
  if (evaluations.length === 0) {
    throw new FindingsError(`${folder} has no NAME/evaluation.json: npm run evaluate writes them`)
  }
  const sources = await readJson(join(folder, 'sources', 'leave-one-source-out.json'))
  return {
    evaluations: evaluations.sort((a, b) => b.accuracy.value - a.accuracy.value),
    sources: sources?.json as SourcesReport | undefined,
    origins: await readModelOrigins(MODELS),
  }
}

interface JsonFile {
  readonly file: string
  readonly json: unknown
}

async function readJson(file: string): Promise<JsonFile | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return { file, json: JSON.parse(text) as unknown }
  } catch (cause) {
    throw new FindingsError(`${file} is not JSON`, { cause })
  }
}

function toEvaluation({ file, json }: JsonFile): ModelEvaluation {
  try {
    validateEvaluation(json)
    return json
  } catch (cause) {
    throw new FindingsError(`${file}: ${(cause as Error).message}`, { cause })
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const isUsage = error instanceof TypeError && 'code' in error
  const isExpected = isUsage || error instanceof FindingsError
  process.stderr.write(`${isExpected ? message : (stack ?? message)}\n`)
  process.exitCode = isUsage ? 64 : error instanceof FindingsError ? 65 : 1
})
