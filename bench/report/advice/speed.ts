import type { Pair } from '../../run'
import { toEnumeration, toFigure, toSentence } from '../format'
import type { Comparison, Verdict } from '../report'
import { findComparisons, findCondition, toName } from '../targets'
import type { Findings } from '../targets'
import { toEvidence } from './range'

const ORDER = ['slower', 'faster', 'equivalent', 'undecided'] as const satisfies Verdict[]

/** How the medians of the response times compare, level by level. */
export function toSpeedSentence(findings: Findings, pair: Pair): string {
  const compared = findComparisons(findings.comparisons, pair, 'responseTime.p50')
  const [a, b] = [toName(pair.a), toName(pair.b)]
  if (compared.length === 0) {
    return toSentence(`the response times of ${a} and ${b} were not compared`)
  }
  const clauses = ORDER.flatMap((verdict) => {
    const group = compared.filter((each) => each.verdict === verdict)
    if (group.length === 0) return []
    return [`${toClause(verdict, a, b)} ${toWhere(group, compared)}${toEvidence(group)}`]
  })
  const example = toExample(findings, pair)
  return toSentence(`in median response time ${[...clauses, ...example].join('; ')}`)
}

function toClause(verdict: Verdict, a: string, b: string): string {
  if (verdict === 'equivalent') return `${a} and ${b} are equivalent (within ±5 %)`
  if (verdict === 'undecided') return `it is undecided between ${a} and ${b}`
  return `${a} is ${verdict} than ${b}`
}

function toWhere(group: readonly Comparison[], all: readonly Comparison[]): string {
  const levels = toEnumeration(group.map(({ concurrency }) => concurrency))
  if (group.length === all.length && all.length > 1) return 'at every concurrency measured'
  return `at concurrency ${levels}`
}

/** What it is in ms where least queues. */
function toExample(findings: Findings, { a, b }: Pair): readonly string[] {
  const level = Math.min(...findings.plan.concurrency)
  const one = findCondition(findings, a, level)?.responseTime.p50.value ?? null
  const other = findCondition(findings, b, level)?.responseTime.p50.value ?? null
  if (one === null || other === null) return []
  return [`at concurrency ${level} it is ${toFigure(one)} against ${toFigure(other)} ms`]
}

/** Where the p90 says something else than the median. */
export function toTailSentence(findings: Findings, pair: Pair): string {
  const medians = findComparisons(findings.comparisons, pair, 'responseTime.p50')
  const tails = findComparisons(findings.comparisons, pair, 'responseTime.p90').filter((tail) => {
    const median = medians.find(({ concurrency }) => concurrency === tail.concurrency)
    return tail.verdict !== 'undecided' && tail.verdict !== median?.verdict
  })
  if (tails.length === 0) return ''
  const clauses = ORDER.flatMap((verdict) => {
    const group = tails.filter((tail) => tail.verdict === verdict)
    return group.length === 0 ? [] : [`${verdict} ${toWhere(group, [])}${toEvidence(group)}`]
  })
  return `The p90 says something else: ${clauses.join('; ')}.`
}
