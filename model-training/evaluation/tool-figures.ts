import { compareOutcomes } from './compare-outcomes'
import type { CpuTimes } from './measure-cpu'
import type { Measurements } from './measure-model'
import type {
  DecoderEvaluation,
  EngineEvaluation,
  ModelEvaluation,
  PairEvaluation,
} from './model-evaluation'
import type { Tools } from './tools'

interface ToolFigures {
  readonly tools: Pick<Tools, 'engines' | 'decoders'>
  readonly plain: Measurements['plain']
  readonly cpu: CpuTimes | null
  /** Place of each photo's label. */
  readonly truths: readonly number[]
}

/** What is told of each engine, each decoder and each pair of them. */
export function toToolFigures({
  tools,
  plain,
  cpu,
  truths,
}: ToolFigures): Pick<ModelEvaluation, 'engines' | 'decoders' | 'pairs'> {
  const pairs = plain.flatMap((pair) => toPair(pair, plain[0], truths))
  const { engines, decoders } = tools
  const [engine, decoder] = [engines[0].name, decoders[0].name]
  const ofEngines = engines.flatMap(({ name, version }): [string, EngineEvaluation][] => {
    const own = pairs.find((pair) => pair.engine === name && pair.decoder === decoder)
    if (own === undefined) return []
    const predictCpu = cpu?.engines[name] ?? null
    const decodeCpuMs = cpu?.decoders[decoder]?.value ?? null
    const predictCpuMs = predictCpu?.batch1.value ?? null
    return [[name, { version, accuracy: own.accuracy, predictCpuMs, decodeCpuMs, predictCpu }]]
  })
  const ofDecoders = decoders.flatMap(({ name, version }): [string, DecoderEvaluation][] => {
    const own = pairs.find((pair) => pair.engine === engine && pair.decoder === name)
    if (own === undefined) return []
    const decodeCpu = cpu?.decoders[name] ?? null
    const decodeCpuMs = decodeCpu?.value ?? null
    return [[name, { version, accuracy: own.accuracy, decodeCpuMs, decodeCpu }]]
  })
  return {
    engines: Object.fromEntries(ofEngines),
    decoders: Object.fromEntries(ofDecoders),
    pairs,
  }
}

function toPair(
  { engine, decoder, outcomes }: Measurements['plain'][number],
  reference: Measurements['plain'][0],
  truths: readonly number[],
): PairEvaluation[] {
  const comparison = compareOutcomes(outcomes, reference.outcomes, truths)
  if (comparison === undefined) return []
  const { photos, failed, accuracy, sameLabel, largestDifference } = comparison
  return [{ engine, decoder, photos, failed, accuracy, sameLabel, largestDifference }]
}
