import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readMade, readModel } from '../helpers/made'
import { measureDecoders } from './decoders'
import type { DecodersMeasurement } from './decoders'
import { measureEngines } from './engines'
import type { EnginesMeasurement } from './engines'
import { measureMemory } from './memory/memory'
import type { MemoryMeasurement } from './memory/memory'
import { toOpenLoopPage } from './open-loop/page'
import { toOpenLoopSvg } from './open-loop/plot'
import { readRows } from './open-loop/rows'
import { toFindings } from './open-loop/summarise'
import type { OpenLoopMeasurement } from './open-loop/measured'
import { measureOpenLoop } from './open-loop/open-loop'
import { toSvg } from './plot'
import { measurePools } from './pools/pools'
import type { PoolsMeasurement } from './pools/pools'
import { toMarkdown } from './report'
import type { OfModel } from './report'
import { toRequestSvg } from './request/plot'
import { measureRequest } from './request/request'
import type { RequestMeasurement } from './request/request'
import { measureServing, toBars } from './serving'
import type { ServingMeasurement } from './serving'

const HELP = `npm run measure -- [--out DIR] [--blocks N] [--only NAME] [--report]

Measures the core and its servers on this machine and writes decoders.json, engines.json, serving.json, serving.svg,
request.json, request.svg, pools.json, memory.json and report.md into DIR (results/core), and open-loop.json, open-loop.csv.gz,
open-loop.svg and open-loop.md. Where the time of a request goes, and what memory is of, is told on Linux only.
  --blocks N   interleaved blocks (10)
  --only NAME  of decoders, engines, serving, request, pools, memory, open-loop
  --report     measures nothing, and makes report.md and the pictures again of the JSON files
`
const MEASUREMENTS = {
  decoders: measureDecoders,
  engines: measureEngines,
  serving: measureServing,
  request: measureRequest,
  pools: measurePools,
  memory: measureMemory,
  'open-loop': measureOpenLoop,
}
const NAMES = Object.keys(MEASUREMENTS) as (keyof typeof MEASUREMENTS)[]
const EXIT_USAGE = 64

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'results/core' },
      blocks: { type: 'string', default: '10' },
      only: { type: 'string' },
      report: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const blocks = Number(values.blocks)
  const named = NAMES.filter((name) => values.only === undefined || values.only === name)
  if (!(Number.isInteger(blocks) && blocks > 0) || named.length === 0) {
    process.stderr.write(
      `--blocks takes a whole number from 1, --only one of ${NAMES.join(', ')}\n`,
    )
    return EXIT_USAGE
  }
  const chosen = values.report ? [] : named
  await mkdir(values.out, { recursive: true })
  for (const name of chosen) {
    process.stderr.write(`${name}\n`)
    const measured = await MEASUREMENTS[name]({ blocks, out: values.out })
    const command = `npm run measure -- --only ${name} --blocks ${blocks}`
    const result = { ...readMade(command), model: readModel(), ...measured }
    await writeFile(join(values.out, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
  }
  await writeReport(values.out)
  return 0
}

/** From the files alone, so that it can be written anew at any time. */
async function writeReport(folder: string): Promise<void> {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as unknown
  const serving = (await read('serving')) as ServingMeasurement & OfModel
  const engines = (await read('engines')) as EnginesMeasurement & OfModel
  const decoders = (await read('decoders')) as DecodersMeasurement & OfModel
  const readIfMeasured = (name: string): Promise<unknown> =>
    existsSync(join(folder, `${name}.json`)) ? read(name) : Promise.resolve(undefined)
  const request = (await readIfMeasured('request')) as (RequestMeasurement & OfModel) | undefined
  const pools = (await readIfMeasured('pools')) as (PoolsMeasurement & OfModel) | undefined
  const memory = (await readIfMeasured('memory')) as (MemoryMeasurement & OfModel) | undefined
  await writeFile(join(folder, 'serving.svg'), toSvg(toBars(serving.summary)))
  if (request !== undefined) {
    await writeFile(join(folder, 'request.svg'), toRequestSvg(request.summary))
  }
  const openLoop = (await readIfMeasured('open-loop')) as
    (OpenLoopMeasurement & OfModel) | undefined
  if (openLoop !== undefined) {
    const findings = toFindings(openLoop, await readRows(folder))
    await writeFile(join(folder, 'open-loop.svg'), await toOpenLoopSvg(findings))
    await writeFile(join(folder, 'open-loop.md'), toOpenLoopPage(openLoop, findings))
  }
  const report = toMarkdown({ serving, engines, decoders, request, pools, memory })
  await writeFile(join(folder, 'report.md'), report)
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof TypeError ? EXIT_USAGE : 1
  },
)
