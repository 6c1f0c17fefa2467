import type { Pair } from '../../run'
import { toFigure } from '../format'
import type { Condition } from '../report'
import { findComparisons, findCondition, toName } from '../targets'
import type { Findings } from '../targets'
import { toRest } from '../tables/conditions'

/** Mean parts of the response time, ms. */
interface Parts {
  /** Outside the target's own clock: network, host and load generator. */
  readonly 'network and host': number
  readonly decoding: number
  readonly predicting: number
  /** And what has no name. */
  readonly queue: number
  readonly response: number
}

type PartName = Exclude<keyof Parts, 'response'>
const PART_NAMES: readonly PartName[] = ['network and host', 'decoding', 'predicting', 'queue']

/** A part that is less than this share of the response is not worth a word. */
const WORTH_A_WORD = 0.03

/** Where the time of one request goes while nothing else is asked. */
export function toTimeSentence(findings: Findings, pair: Pair): string {
  const a = toParts(findCondition(findings, pair.a, 1))
  const b = toParts(findCondition(findings, pair.b, 1))
  if (a === null || b === null) return ''
  const one = `${toFigure(a.response)} ms on ${toName(pair.a)} (${describe(a)})`
  const other = `${toFigure(b.response)} ms on ${toName(pair.b)} (${describe(b)})`
  return `At concurrency 1 a request takes on average ${one} and ${other}.${toCause(findings, pair, a, b)}`
}

function toParts(condition: Condition | undefined): Parts | null {
  if (condition === undefined) return null
  const rest = toRest(condition)
  const response = condition.responseTime.mean.value
  const waiting = condition.waitingTime.mean.value
  const decoding = condition.decodeTime.mean.value
  const predicting = condition.predictionTime.mean.value
  if (rest === null || response === null || waiting === null) return null
  if (decoding === null || predicting === null) return null
  return {
    response,
    'network and host': waiting,
    decoding,
    predicting,
    queue: response - waiting - decoding - predicting,
  }
}

function describe(parts: Parts): string {
  return PART_NAMES.filter((name) => parts[name] / parts.response >= WORTH_A_WORD)
    .map((name) => `${toFigure(parts[name])} ${name}`)
    .join(', ')
}

/** Which part makes the difference, where there is one. */
function toCause(findings: Findings, pair: Pair, a: Parts, b: Parts): string {
  const [median] = findComparisons(findings.comparisons, pair, 'responseTime.p50').filter(
    ({ concurrency }) => concurrency === 1,
  )
  const sign = median?.verdict === 'slower' ? 1 : median?.verdict === 'faster' ? -1 : 0
  const difference = sign * (a.response - b.response)
  if (difference <= 0) return ''
  const [largest] = PART_NAMES.map((name) => ({ name, of: sign * (a[name] - b[name]) })).sort(
    (one, other) => other.of - one.of,
  )
  if (largest === undefined) return ''
  return ` Of the ${toFigure(difference)} ms between them, ${toFigure(Math.min(largest.of, difference))} are ${largest.name}.`
}
