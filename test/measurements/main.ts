import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureDecoders } from './decoders'
import { toSvg } from './plot'
import { measureServing, toBars } from './serving'
import type { Condition } from './serving'

const HELP = `npm run measure -- [--out DIR] [--blocks N] [--only decoders|serving]

Measures the core and the container on this machine and writes DIR/decoders.json and DIR/serving.json
(results/core). The figures of docs/DESIGN.md are from there.
  --blocks N   interleaved blocks of the serving measurement (10)
`

/** What a measurement found, as JSON. */
interface Measured {
  readonly summary?: readonly Condition[]
}

const MEASUREMENTS = { decoders: measureDecoders, serving: measureServing }

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'results/core' },
      blocks: { type: 'string', default: '10' },
      only: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  await mkdir(values.out, { recursive: true })
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (values.only !== undefined && values.only !== name) continue
    process.stderr.write(`${name}\n`)
    const measured: Measured = await measure({ blocks: Number(values.blocks) })
    const result = {
      command: `npm run measure -- --only ${name}`,
      ...(await environment()),
      ...measured,
    }
    await writeFile(join(values.out, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
    if (measured.summary !== undefined)
      await writeFile(join(values.out, `${name}.svg`), toSvg(toBars(measured.summary)))
  }
  return 0
}

/** What a figure depends on; no name of a machine, user or folder. */
async function environment(): Promise<Readonly<Record<string, unknown>>> {
  const card = JSON.parse(await readFile('inference/models/photo-net/card.json', 'utf8')) as {
    name: string
    sha256: string
  }
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  return {
    commit,
    node: process.version,
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model,
    cpus: cpus().length,
    model: { name: card.name, sha256: card.sha256 },
  }
}

void main().then((exitCode) => {
  process.exitCode = exitCode
})
