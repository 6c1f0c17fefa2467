import type { Pair } from '../../run'
import type { Capacity, KeptObjective } from '../capacity'
import { toFigure, toMebibytes, toPercent } from '../format'
import type { OpenCondition } from '../report'
import { toObjectiveWords } from '../tables/open-loop'
import { toName } from '../targets'
import type { Findings } from '../targets'

/** What the main pair used and made users wait at the highest rate that both were measured at. */
export function toOpenLoopAdvice(
  conditions: readonly OpenCondition[],
  { a, b }: Pair,
  { plan, capacities = [] }: Pick<Findings, 'plan' | 'capacities'>,
): string {
  const find = (target: string, rate: number) =>
    conditions.find((each) => each.target === target && each.workload.rate === rate)
  const rate = [...(plan.openLoop?.rates ?? [])]
    .reverse()
    .find((each) => find(a, each) !== undefined && find(b, each) !== undefined)
  if (rate === undefined) return 'Too little was measured to say anything.'
  const words = [a, b].map((target) => {
    const condition = find(target, rate)
    return condition === undefined ? '' : `${toName(target)} ${toWords(condition)}`
  })
  return (
    toObjectiveSentence([a, b], capacities) +
    `Where ${rate} requests a second are offered, ${words.join('; ')}. ` +
    'The open loop tells what users wait for and what a target uses; which to run is decided by the closed loop’s ratios.'
  )
}

function toWords({ cores, peakMemoryBytes, ...asked }: OpenCondition): string {
  const cpu = cores.value === null ? [] : [`${toFigure(cores.value)} cores`]
  const memory = peakMemoryBytes === null ? [] : [`${toMebibytes(peakMemoryBytes)} MiB`]
  const used = [...cpu, ...memory]
  const answers = toAnswers(asked)
  return used.length === 0 ? answers : `uses ${used.join(' and ')} and ${answers}`
}

/** Response times are of right answers: how many those are is said with them. */
function toAnswers({
  requests,
  refused,
  errors,
  responseTime,
}: Pick<OpenCondition, 'requests' | 'refused' | 'errors' | 'responseTime'>): string {
  const right = requests - refused - errors
  const p90 = responseTime.p90.value
  if (right < requests) {
    const share = `answers ${toPercent(right / requests)} of them right`
    return p90 === null ? share : `${share}, nine of ten of those within ${toFigure(p90)} ms`
  }
  return p90 === null
    ? 'too few answers for a p90'
    : `answers nine of ten within ${toFigure(p90)} ms`
}

/** Up to which rate users get what they are to be given; nothing where nobody said what. */
function toObjectiveSentence(targets: readonly string[], capacities: readonly Capacity[]): string {
  const kept = targets.flatMap((target) => {
    const objective = capacities.find((each) => each.target === target)?.objective
    return objective === undefined ? [] : [{ target, objective }]
  })
  const [first] = kept
  if (first === undefined) return ''
  const clauses = kept.map(({ target, objective }) => `${toName(target)} ${toKeptWords(objective)}`)
  return `The objective ${toObjectiveWords(first.objective)} is kept by ${clauses.join(', by ')}. `
}

function toKeptWords({ keptUpTo, missedAt, tooFewAt }: KeptObjective): string {
  if (keptUpTo === null) {
    return tooFewAt === null
      ? 'at no rate that was offered'
      : `at no rate that had enough requests to tell (at ${tooFewAt} there were too few)`
  }
  const beyond = missedAt === null ? ', the highest that was offered' : ` and not at ${missedAt}`
  return `up to ${keptUpTo} requests a second${tooFewAt === null ? beyond : `; at ${tooFewAt} there were too few to tell`}`
}
