import type { Pair } from '../../run'
import { toEnumeration, toFigure, toRatio } from '../format'
import type { Comparison, Verdict } from '../report'
import { toVerdictWord } from '../tables/comparisons'
import { findComparisons, findCondition, toLevels, toName } from '../targets'
import type { Findings } from '../targets'
import { toRange, toRatios } from './range'

const VERDICTS = ['slower', 'faster', 'equivalent', 'undecided'] as const satisfies Verdict[]

/** What a request costs in CPU. */
export function toCostSentence(findings: Findings, pair: Pair): string {
  const compared = findComparisons(findings.comparisons, pair, 'cpuMsPerRequest')
  const ratios = toRatios(compared)
  const example = toExample(findings, pair)
  const [a, b] = [toName(pair.a), toName(pair.b)]
  if (ratios.length > 0) {
    const figures = example === '' ? '' : ` (${example})`
    const times = toRange(ratios, toRatio)
    return `A request to ${a} takes ${times} times the CPU of one to ${b}${figures}${toJudgement(compared)}.`
  }
  if (example !== '') return `A request to ${a} and to ${b} takes ${example}.`
  return `What CPU a request takes of ${a} and of ${b} is not known.`
}

/** A ratio alone would be taken for a difference. */
function toJudgement(compared: readonly Comparison[]): string {
  const clauses = VERDICTS.flatMap((verdict) => {
    const group = compared.filter((each) => each.verdict === verdict)
    if (group.length === 0) return []
    const levels = toEnumeration(group.map(({ concurrency }) => concurrency))
    const word = toVerdictWord({ metric: 'cpuMsPerRequest', verdict })
    return [{ word, text: `${word} at concurrency ${levels}` }]
  })
  const [only, ...others] = clauses
  if (others.length > 0) return `: ${clauses.map(({ text }) => text).join(', ')}`
  return only === undefined ? '' : `: ${only.word} at every concurrency measured`
}

/** CPU of both at the lowest concurrency where both are known. */
function toExample(findings: Findings, { a, b }: Pair): string {
  for (const level of toLevels(findings)) {
    const one = findCondition(findings, a, level)?.cpuMsPerRequest ?? null
    const other = findCondition(findings, b, level)?.cpuMsPerRequest ?? null
    if (one !== null && other !== null) {
      return `${toFigure(one)} against ${toFigure(other)} ms of CPU at concurrency ${level}`
    }
  }
  return ''
}
