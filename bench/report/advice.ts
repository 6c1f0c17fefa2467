import type { Pair } from '../run'
import { toBillingSentence } from './advice/billing'
import { toCostSentence } from './advice/cost'
import { toOpenLoopAdvice } from './advice/open-loop'
import { toRecommendation } from './advice/recommendation'
import { toSpeedSentence, toTailSentence } from './advice/speed'
import { toTimeSentence } from './advice/time'
import { toOpenSentence } from './advice/undecided'
import { toEnumeration, toPercent, toSentence } from './format'
import { toMainPair, toName } from './targets'
import type { Findings } from './targets'

/**
 * One paragraph to act on: which to run, then why: how fast the function is beside the container, what it costs, where
 * the time goes. Of an INVALID run it says only that, as no figure of it may be trusted.
 */
export function toAdvice(findings: Findings): string {
  if (!findings.valid) return toInvalidAdvice(findings)
  const pair = toMainPair(findings)
  if (pair === null) return 'Nothing was compared, so this run does not say which to run.'
  if (findings.openLoop !== undefined) return toOpenLoopAdvice(findings.openLoop, pair, findings)
  return [
    toRecommendation(findings, pair),
    toSpeedSentence(findings, pair),
    toTailSentence(findings, pair),
    toCostSentence(findings, pair),
    toTimeSentence(findings, pair),
    toBillingSentence(findings.cost),
    ...toOtherPairs(findings, pair).flatMap((other) => [
      toSpeedSentence(findings, other),
      toCostSentence(findings, other),
    ]),
    toResolutionSentence(findings),
    toOpenSentence(findings, pair),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

function toInvalidAdvice({ invalidReasons }: Findings): string {
  const why =
    invalidReasons.length === 0
      ? 'The reason is not known.'
      : `Why: ${invalidReasons.map(toSentence).join(' ')}`
  return `This run is INVALID: no figure of it may be trusted. ${why} Mend that and measure again; until then this run does not say which to run.`
}

/** The stock function, or what else the plan compares. */
function toOtherPairs({ plan }: Findings, main: Pair): readonly Pair[] {
  return plan.comparisons.filter(({ a, b }) => a !== main.a || b !== main.b)
}

function toResolutionSentence({ resolution, aa }: Findings): string {
  if (resolution === null) {
    return 'Without an A/A comparison it is not known how small a difference this run can see.'
  }
  const seen = `Compared with itself (A/A), a target is resolved to ±${toPercent(resolution)}; a smaller difference deserves doubt.`
  const alarms = aa.filter(
    ({ metric, verdict }) =>
      metric === 'responseTime.p50' && (verdict === 'slower' || verdict === 'faster'),
  )
  if (alarms.length === 0) return seen
  const pairs = [...new Set(alarms.map(({ a, b }) => `${toName(a)} and ${toName(b)}`))]
  const levels = toEnumeration([...new Set(alarms.map(({ concurrency }) => concurrency))])
  return `${seen} It tells ${toEnumeration(pairs)} apart at concurrency ${levels}, though they are the same: trust no difference there.`
}
