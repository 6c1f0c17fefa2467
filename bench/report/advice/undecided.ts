import type { Pair } from '../../run'
import { ALARM } from '../../statistics/verdict'
import { toEnumeration, toLine } from '../format'
import { findComparisons } from '../targets'
import type { Findings } from '../targets'

/** Why levels are undecided, and how many blocks would decide. */
export function toOpenSentence(findings: Findings, pair: Pair): string {
  const open = findComparisons(findings.comparisons, pair, 'responseTime.p50').filter(
    ({ verdict }) => verdict === 'undecided',
  )
  if (open.length === 0) return ''
  const levels = open.map(({ concurrency }) => concurrency)
  const reasons = [...new Set(open.flatMap(({ reason }) => (reason === undefined ? [] : [reason])))]
  const why = reasons.length === 0 ? '' : ` (${reasons.map(toLine).join('; ')})`
  // Where A/A itself says slower or faster, starts differ: more blocks do not change that.
  const alarmed = open.some(({ reason }) => reason === ALARM)
  const blocks = alarmed ? '' : toBlocks(findings, pair, levels)
  return `Undecided at concurrency ${toEnumeration(levels)}${why}${blocks === '' ? '.' : `: ${blocks}`}`
}

function toBlocks({ power, plan }: Findings, { a, b }: Pair, levels: readonly number[]): string {
  const simulated = power.filter(
    (of) => of.a === a && of.b === b && levels.includes(of.concurrency),
  )
  if (simulated.length === 0) return ''
  if (simulated.some(({ blocksNeeded }) => blocksNeeded === null)) {
    return `with so much variance even the most blocks that were simulated would not decide; look first for what disturbs the measurement.`
  }
  const needed = Math.max(...simulated.map(({ blocksNeeded }) => blocksNeeded ?? 0))
  if (needed > plan.blocks) {
    const option = plan.importedFrom === undefined ? `--blocks ${needed}; ` : ''
    return `about ${needed} blocks would decide (${option}this run had ${plan.blocks}).`
  }
  return `its ${plan.blocks} blocks are enough to tell +10 % from 0 %, so the difference is probably in between; more blocks would narrow it.`
}
