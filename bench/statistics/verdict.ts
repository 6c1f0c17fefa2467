import type { Verdict } from '../report/report'
import type { Estimated } from './estimated'
import type { Gate } from './gate'

/** Why nothing is said where A/A is wrong: no number of blocks changes it. */
export const ALARM = 'the A/A comparison itself says slower or faster here'

/** By which a verdict is given; shares. */
export interface Rules {
  /** What a ratio above 1 means: `faster` for throughput. */
  readonly more: 'slower' | 'faster'
  /** Ratios from 1 - margin to 1 + margin are as good as 1. */
  readonly margin: number
  readonly level: number
  /** No verdict with fewer. */
  readonly minimumBlocks: number
}

interface Judged {
  readonly verdict: Verdict
  readonly reason?: string
}

/** p-values of one level. */
export interface Tested {
  /** Of "the ratio is not inside the margin": the larger one of two one-sided tests. */
  readonly equivalence: number
  /** Of "the ratio is 1", two-sided. */
  readonly difference: number
}

/** The same, as they are (`raw`) and corrected for the number of levels. */
export interface Corrected {
  readonly raw: Tested
  readonly equivalence: number
  readonly difference: number
  /** How many levels they are corrected for. */
  readonly levels: number
}

/** A level's verdict by the rules that `compareLevels` tells; `tests`: null with too few blocks. */
export function judge(
  { resolution, alarm }: Gate,
  estimate: Estimated | null,
  tests: Corrected | null,
  rules: Rules,
): Judged {
  if (estimate === null || tests === null) {
    const minimum = Math.max(2, rules.minimumBlocks)
    return undecided(`${estimate?.blocks ?? 0} of the ${minimum} blocks that a verdict needs`)
  }
  if (alarm) return undecided(ALARM)
  if (tests.equivalence <= (1 - rules.level) / 2) return judgeEquivalent(resolution, rules.margin)
  if (tests.difference <= 1 - rules.level) {
    const less = rules.more === 'slower' ? 'faster' : 'slower'
    return { verdict: estimate.value > 0 ? rules.more : less }
  }
  return undecided(explain(tests, rules))
}

function judgeEquivalent(resolution: number | null, margin: number): Judged {
  if (resolution === null) {
    return undecided(`inside ${percent(margin)}, but there is no A/A comparison`)
  }
  if (resolution <= margin) return { verdict: 'equivalent' }
  // Rounded up, so that it never reads like the margin.
  const resolved = percent(Math.ceil(resolution * 1000) / 1000)
  return undecided(`inside ${percent(margin)}, but the A/A comparison resolves ${resolved} only`)
}

function explain({ raw, levels }: Corrected, { margin, level }: Rules): string {
  const inside = raw.equivalence <= (1 - level) / 2
  const apart = raw.difference <= 1 - level
  const correction = `before the correction for ${levels} concurrency levels`
  if (inside && apart) return `inside ${percent(margin)} and apart from 1 only ${correction}`
  if (inside) return `inside ${percent(margin)} only ${correction}`
  if (apart) return `apart from 1 only ${correction}`
  return `the interval holds 1 and reaches beyond ${percent(margin)}`
}

function percent(share: number): string {
  return `±${Number((share * 100).toFixed(1))} %`
}

function undecided(reason: string): Judged {
  return { verdict: 'undecided', reason }
}
