import type { Pair } from '../../run'
import type { Capacity } from '../capacity'
import { toFigure, toMebibytes } from '../format'
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

function toWords({ cores, peakMemoryBytes, responseTime }: OpenCondition): string {
  const cpu = cores.value === null ? [] : [`${toFigure(cores.value)} cores`]
  const memory = peakMemoryBytes === null ? [] : [`${toMebibytes(peakMemoryBytes)} MiB`]
  const used = [...cpu, ...memory]
  const answers =
    responseTime.p90.value === null
      ? 'too few answers for a p90'
      : `answers nine of ten within ${toFigure(responseTime.p90.value)} ms`
  return used.length === 0 ? answers : `uses ${used.join(' and ')} and ${answers}`
}

/** Up to which rate users get what they are to be given; nothing where nobody said what. */
function toObjectiveSentence(targets: readonly string[], capacities: readonly Capacity[]): string {
  const kept = targets.flatMap((target) => {
    const objective = capacities.find((each) => each.target === target)?.objective
    return objective === undefined ? [] : [{ target, objective }]
  })
  const [first] = kept
  if (first === undefined) return ''
  const clauses = kept.map(({ target, objective: { keptUpTo, missedAt } }) => {
    if (keptUpTo === null) return `${toName(target)} at no rate that was offered`
    const beyond = missedAt === null ? ', the highest that was offered' : ` and not at ${missedAt}`
    return `${toName(target)} up to ${keptUpTo} requests a second${beyond}`
  })
  return `The objective ${toObjectiveWords(first.objective)} is kept by ${clauses.join(', by ')}. `
}
