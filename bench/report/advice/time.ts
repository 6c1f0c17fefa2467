import type { Pair } from '../../run'
import { toFigure } from '../format'
import type { Condition } from '../report'
import type { Shim } from '../shims'
import { findComparisons, findCondition, toName } from '../targets'
import type { Findings } from '../targets'
import { toRest } from '../tables/parts'

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
  const words = `At concurrency 1 a request takes on average ${one} and ${other}.`
  return `${words}${toCause(findings, pair, a, b)}${toShimWords(findings, pair)}`
}

/** What both hosts take before any work, where they were asked for none. */
function toShimWords({ shims = [] }: Findings, pair: Pair): string {
  const [a, b] = [pair.a, pair.b].map((name) => toOwn(shims.find(({ target }) => target === name)))
  if (a == null || b == null) return ''
  return (
    ` A request that asks for no work takes ${toFigure(a)} ms on ${toName(pair.a)} and ` +
    `${toFigure(b)} ms on ${toName(pair.b)}: so much is the client’s, the network’s and the host’s own.`
  )
}

/** With the way to the pod. */
function toOwn(shim: Shim | undefined): number | null {
  const own = shim?.shim.value ?? null
  return own === null ? null : own + (shim?.hop?.value ?? 0)
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
