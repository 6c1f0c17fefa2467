import { medianInterval } from '../../bench/statistics/median'
import { toTable } from '../../model-training/markdown-table'
import type { Made } from '../helpers/made'
import type { DecodersMeasurement } from './decoders'
import type { EngineCost, EnginesMeasurement } from './engines'
import { withInterval } from './estimate'
import { toMemoryMarkdown } from './memory/markdown'
import type { MemoryMeasurement } from './memory/memory'
import { toPoolsMarkdown } from './pools/markdown'
import type { PoolsMeasurement } from './pools/pools'
import { toRequestMarkdown } from './request/markdown'
import type { RequestMeasurement } from './request/request'
import type { ServingMeasurement } from './serving'

/** A measurement with where it was made. */
export interface OfModel extends Made {
  readonly model: { readonly name: string; readonly sha256: string }
}

interface Report {
  readonly decoders: DecodersMeasurement & OfModel
  readonly engines: EnginesMeasurement & OfModel
  readonly serving: ServingMeasurement & OfModel
  /** Undefined where it has not been measured. */
  readonly request: (RequestMeasurement & OfModel) | undefined
  /** Likewise. */
  readonly pools?: (PoolsMeasurement & OfModel) | undefined
  /** Likewise. */
  readonly memory?: (MemoryMeasurement & OfModel) | undefined
}

const two = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(2))

/** The measurements as Markdown; a pure function of the files beside it. */
export function toMarkdown(report: Report): string {
  const { decoders, engines, serving, request, pools, memory } = report
  return `# What the core and its servers cost

Written by \`npm run measure\` from the JSON files beside it. CPU time, medians.

## Serving, 400 x 300 photos

${origin(serving)}; ${serving.blocks.length} interleaved blocks of ${serving.requestsPerTrial} requests. "Everything else" is the
process's CPU time of a request less that of decoding and predicting the same photo alone on one thread, measured in
the same block.

${toTable(
  [
    'host',
    'at once',
    'decode + predict, ms',
    'everything else, ms',
    'p50, ms',
    'p99, ms',
    'event-loop delay p99, ms',
  ],
  serving.summary.map((row) => [
    row.host,
    String(row.connections),
    two(row.decodeAndPredictCpuMs),
    two(row.outsideCpuMsPerRequest),
    String(row.p50Ms),
    String(row.p99Ms),
    two(row.eventLoopDelayP99Ms),
  ]),
)}

Start to ready, median of ${serving.startToReadyMs[0]?.values.length ?? 0}: ${serving.startToReadyMs
    .map(({ host, median }) => `${host} ${median} ms`)
    .join(', ')}.

${request === undefined ? '' : `${toRequestMarkdown(request, origin(request))}\n`}${
    pools === undefined ? '' : `${toPoolsMarkdown(pools, origin(pools))}\n`
  }${memory === undefined ? '' : `${toMemoryMarkdown(memory, origin(memory))}\n`}## Engines

${origin(engines)}.

${toTable(
  [
    'model',
    'sha256',
    'engine',
    'version',
    'batch of 1, ms',
    'batch of 8, ms',
    `to ${engines.model.name} on onnx`,
  ],
  engines.engines.map((row) => [
    row.model.name,
    row.model.sha256.slice(0, 12),
    row.name,
    row.version,
    two(row.cpuMs.batch1),
    two(row.cpuMs.batch8),
    toRatio(row, engines),
  ]),
)}

The last column is the ratio of batches of 1, block by block: its median with a 95 % interval (order statistics).
${Object.entries(engines.unavailable)
  .map(([name, reason]) => `Not measured: ${name} (${reason}).\n`)
  .join('')}
## Decoders

${origin(decoders)}; ${decoders.decoders.map(({ name, version }) => `${name} ${version}`).join(', ')}. Decoded, oriented and
resized to ${decoders.side} x ${decoders.side}; the difference is the mean absolute one to sharp's RGB values, of 255.

${toTable(
  [
    'photo',
    'size',
    ...decoders.decoders.map(({ name }) => `${name}, ms`),
    ...decoders.decoders.slice(1).map(({ name }) => `${name}, difference`),
  ],
  decoders.photos.map(({ photo, width, height, cpuMs, differenceToSharp }) => [
    photo,
    `${width} x ${height}`,
    ...decoders.decoders.map(({ name }) => two(cpuMs[name])),
    ...decoders.decoders.slice(1).map(({ name }) => two(differenceToSharp[name])),
  ]),
)}
`
}

/** A row's blocks by those of the default model on onnx. */
function toRatio({ rounds }: EngineCost, { engines, model }: EnginesMeasurement & OfModel): string {
  const base = engines.find((row) => row.model.name === model.name && row.name === 'onnx')
  const ratios = rounds.flatMap(({ batch1 }, block) => {
    const other = base?.rounds[block]
    return other ? [batch1 / other.batch1] : []
  })
  if (ratios.length === 0) return ''
  return withInterval(medianInterval(ratios), two)
}

const origin = ({ command, commit, node, cpu, model }: OfModel): string =>
  `\`${command}\`, commit ${commit}, Node ${node}, ${cpu}, model ${model.name} ${model.sha256.slice(0, 12)}`
