import type { Pair, Plan } from '../run'
import { toLine } from './format'
import type { Comparison, Condition, Metric, Report } from './report'

/** A report as far as advice can be made of it. */
export type Findings = Omit<Report, 'advice'>

/** The words for the targets that photo-twin starts itself; others are called what the user called them. */
const WORDS: Readonly<Record<string, string>> = {
  container: 'the container',
  function: 'the function',
  'stock-function': 'the function with stock behaviour',
  'container-again': 'the second process of the container',
  openfaas: 'the pod of OpenFaaS’ contract',
  'container-on-kubeless': 'the container on Kubeless’ cluster',
  http: 'HTTP',
  'http again': 'HTTP, measured again',
  kafka: 'Kafka',
  amqp: 'RabbitMQ',
}

/** The target in a sentence. */
export function toName(target: string): string {
  return (Object.hasOwn(WORDS, target) ? WORDS[target] : undefined) ?? `“${toLine(target)}”`
}

/** What the report is about: the function against the container, or the first pair that the user named. */
export function toMainPair({ plan }: Pick<Report, 'plan'>): Pair | null {
  const twins = plan.comparisons.find(({ a, b }) => a === 'function' && b === 'container')
  return twins ?? plan.comparisons[0] ?? null
}

/** Every target that has a name in the report: what ratios are taken of, what is compared with it, then all others. */
export function toTargets(report: Findings): readonly string[] {
  const { comparisons, aa } = report.plan
  const others = [
    ...(aa === null ? [] : [aa.b, aa.a]),
    ...report.targets.map(({ name }) => name),
    ...report.conditions.map(({ target }) => target),
  ]
  const references = comparisons.map(({ b }) => b)
  return [...new Set([...references, ...comparisons.map(({ a }) => a), ...others.sort(byAa(aa))])]
}

/** Whether a target is there for A/A only: what it does is told in tables, and is no news. */
export const isDouble = ({ aa, comparisons }: Pick<Plan, 'aa' | 'comparisons'>, target: string) =>
  target === aa?.a && comparisons.every(({ a, b }) => a !== target && b !== target)

/** The double that is there for A/A only comes last. */
function byAa(aa: Pair | null): (one: string, other: string) => number {
  return (one, other) => Number(one === aa?.a) - Number(other === aa?.a)
}

/** Every concurrency that was planned or measured, ascending. */
export function toLevels(report: Findings): readonly number[] {
  const measured = report.conditions.map(({ workload }) => workload.concurrency)
  return [...new Set([...report.plan.concurrency, ...measured])].sort((a, b) => a - b)
}

/** The cell of a target at a concurrency. */
export function findCondition(
  report: Findings,
  target: string,
  concurrency: number,
): Condition | undefined {
  return report.conditions.find(
    (condition) => condition.target === target && condition.workload.concurrency === concurrency,
  )
}

/** The comparisons of a pair in one metric, ascending by concurrency. */
export function findComparisons(
  comparisons: readonly Comparison[],
  { a, b }: Pair,
  metric: Metric,
): readonly Comparison[] {
  return comparisons
    .filter((comparison) => comparison.a === a && comparison.b === b)
    .filter((comparison) => comparison.metric === metric)
    .sort((one, other) => one.concurrency - other.concurrency)
}

/** Every pair that was planned or compared. */
export function toPairs(planned: readonly Pair[], compared: readonly Pair[]): readonly Pair[] {
  const pairs = [...planned, ...compared]
  return pairs.filter(
    (pair, index) => pairs.findIndex(({ a, b }) => a === pair.a && b === pair.b) === index,
  )
}

/** How a pair is written where a ratio is meant. */
export function toRatioName({ a, b }: Pair): string {
  return `${toLine(a)} / ${toLine(b)}`
}
