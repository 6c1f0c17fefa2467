import type { Pair } from '../../run'
import { toEnumeration } from '../format'
import type { Comparison, Verdict } from '../report'
import { findComparisons, toName } from '../targets'
import type { Findings } from '../targets'
import { toHowMuch, toRatios } from './range'

type Levels = Readonly<Record<Verdict, readonly Comparison[]>>

/** Which should I run? */
export function toRecommendation(findings: Findings, pair: Pair): string {
  const [a, b] = [toName(pair.a), toName(pair.b)]
  const levels = toLevels(findings, pair)
  const { slower, faster, equivalent, undecided } = levels
  if (slower.length + faster.length + equivalent.length === 0) {
    return `This run does not decide whether to run ${a} or ${b}.`
  }
  const where = undecided.length === 0 ? '' : `, as far as this run decides`
  if (slower.length > 0 && faster.length > 0) {
    return `It depends on the load: run ${a} at concurrency ${list(faster)}, ${b} at concurrency ${list(slower)}${where}.`
  }
  if (slower.length > 0) return toSlowerChoice(a, b, levels, where)
  const proviso = toCpuProviso(findings, pair)
  if (faster.length > 0) {
    return `Run ${a}${where}: it takes ${toPrice(faster)} response time at concurrency ${list(faster)}${proviso}.`
  }
  const at = undecided.length === 0 ? '' : ` at concurrency ${list(equivalent)}`
  return `Choose between ${a} and ${b} by how you want to operate them, not by speed${where}: the difference is too small to matter${at}${proviso}.`
}

function toLevels({ comparisons }: Findings, pair: Pair): Levels {
  const compared = findComparisons(comparisons, pair, 'responseTime.p50')
  const withVerdict = (verdict: Verdict): readonly Comparison[] =>
    compared.filter((comparison) => comparison.verdict === verdict)
  return {
    slower: withVerdict('slower'),
    faster: withVerdict('faster'),
    equivalent: withVerdict('equivalent'),
    undecided: withVerdict('undecided'),
  }
}

function toSlowerChoice(a: string, b: string, levels: Levels, where: string): string {
  const { slower, equivalent } = levels
  const but =
    equivalent.length === 0 ? '' : ` (at concurrency ${list(slower)}; none at ${list(equivalent)})`
  return `Run ${b} where response time counts${where}; choose ${a} where how it is deployed, scaled and paid for is worth ${toPrice(slower)} response time${but}.`
}

function toPrice(comparisons: readonly Comparison[]): string {
  const ratios = toRatios(comparisons)
  return ratios.length === 0 ? 'another' : toHowMuch(ratios)
}

/** CPU is paid for even where nobody waits for it. */
function toCpuProviso({ comparisons }: Findings, pair: Pair): string {
  const more = findComparisons(comparisons, pair, 'cpuMsPerRequest').filter(
    ({ verdict }) => verdict === 'slower',
  )
  const ratios = toRatios(more)
  return ratios.length === 0 ? '' : `, but a request takes ${toHowMuch(ratios)} CPU`
}

function list(comparisons: readonly Comparison[]): string {
  return toEnumeration(comparisons.map(({ concurrency }) => concurrency))
}
