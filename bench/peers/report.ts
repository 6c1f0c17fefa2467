import type { Environment } from '../environment'
import { ENDS } from '../report/validity'
import { ratioInterval } from '../statistics/interval'
import type { Interval } from '../statistics/interval'
import { medianInterval } from '../statistics/median'
import { minimumSamples, nearestRank } from '../statistics/quantile'
import { OURS } from './peers'
import type { Contestant, PeersRun, PeerTrial, RawPeers } from './run'

/** report.json of a comparison with peers. */
export interface PeersReport {
  readonly version: 1
  readonly valid: boolean
  readonly invalidReasons: readonly string[]
  /** What does not make the run wrong. */
  readonly warnings: readonly string[]
  readonly plan: PeersRun['plan']
  readonly environment: Environment
  readonly contestants: readonly Contestant[]
  readonly unavailable: PeersRun['unavailable']
  readonly limits: PeersRun['limits']
  readonly cpuSource: string | null
  readonly memorySource: string
  readonly rows: readonly PeerRow[]
}

/** One contestant at one concurrency; peers.json is a list of them. Times are ms. */
export interface PeerRow {
  readonly peer: string
  readonly version: string
  readonly workers: number
  readonly concurrency: number
  /** Median of the blocks; of all its processes. */
  readonly cpuMsPerRequest: number | null
  /** The same of the load generator, which has the same cores. */
  readonly generatorCpuMsPerRequest: number | null
  /** Right answers a second, median of the blocks. */
  readonly throughput: number
  /** Of the response times of all blocks; null: too few for it. */
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  /** Median of the blocks, after the trial. */
  readonly pssBytes: number | null
  /** Median of the starts, one a block. */
  readonly startToFirstAnswerMs: number
  /** CPU a request, theirs / ours with as many workers: geometric mean over blocks, 95 %. */
  readonly ratioToOurs: Interval | null
  /** Throughput, the same. */
  readonly throughputToOurs: Interval | null
}

/** Everything that is said of peers, of raw rows alone. */
export function toPeersReport({ run, environment, rows: trials }: RawPeers): PeersReport {
  const { plan, unavailable, limits, cpuSource, memorySource } = run
  const contestants = run.contestants.map(withOwnVersion)
  const invalidReasons = toInvalidReasons(run, trials)
  return {
    ...{ version: 1, valid: invalidReasons.length === 0, invalidReasons },
    warnings: toWarnings(run, trials),
    ...{ plan, environment, contestants, unavailable, limits, cpuSource, memorySource },
    rows: contestants.flatMap((contestant) =>
      plan.concurrency.flatMap((concurrency) => toRow(contestant, concurrency, trials) ?? []),
    ),
  }
}

function toInvalidReasons(
  { failures, state, contestants, unavailable }: PeersRun,
  trials: readonly PeerTrial[],
): readonly string[] {
  const wrong = trials.filter(({ outcomes }) =>
    Object.keys(outcomes).some((key) => key !== 'right'),
  )
  const [first] = wrong
  const isAlone = contestants.every(({ peer }) => peer === OURS)
  return [
    ...failures,
    ...(first === undefined
      ? []
      : [
          `${wrong.length} trials have requests without a right answer, the first of ` +
            `${first.peer}: ${first.messages[0] ?? 'no answer'}`,
        ]),
    ...(isAlone && state === 'completed'
      ? [`no peer could be measured: ${unavailable.map(({ reason }) => reason).join('; ')}`]
      : []),
    ...ENDS[state],
  ]
}

function toWarnings(
  { contestants, plan }: PeersRun,
  trials: readonly PeerTrial[],
): readonly string[] {
  return contestants.flatMap(({ peer, workers }) => {
    const own = trials.filter((trial) => trial.peer === peer && trial.workers === workers)
    const unsteady = new Set(own.filter(({ warmUp }) => !warmUp.steady).map(({ block }) => block))
    return unsteady.size === 0
      ? []
      : [
          `${peer}, ${workers}: not steady after its warm-up in ${unsteady.size} of ${plan.blocks} blocks`,
        ]
  })
}

function toRow(
  { peer, version, workers }: Contestant,
  concurrency: number,
  trials: readonly PeerTrial[],
): PeerRow | undefined {
  const level = trials.filter((trial) => trial.concurrency === concurrency)
  const own = level.filter((trial) => trial.peer === peer && trial.workers === workers)
  if (own.length === 0) return undefined
  const ours = level.filter((trial) => trial.peer === OURS && trial.workers === workers)
  const times = own.flatMap(({ responseTimes }) => responseTimes).sort((one, two) => one - two)
  return {
    ...{ peer, version, workers, concurrency },
    cpuMsPerRequest: toMedian(own.map(toCpuMs)),
    generatorCpuMsPerRequest: toMedian(own.map(toGeneratorCpuMs)),
    throughput: toMedian(own.map(toThroughput)) ?? 0,
    p50: toQuantile(times, 0.5),
    p90: toQuantile(times, 0.9),
    p99: toQuantile(times, 0.99),
    pssBytes: toMedian(own.map(({ pssBytes }) => pssBytes)),
    startToFirstAnswerMs: toMedian(own.map(({ startToFirstAnswer }) => startToFirstAnswer)) ?? 0,
    ratioToOurs: toRatio(own, ours, toCpuMs),
    throughputToOurs: toRatio(own, ours, toThroughput),
  }
}

/** Earlier runs told that of the first package that was asked for, which need not be what a peer is named after. */
function withOwnVersion(contestant: Contestant): Contestant {
  const { peer, packages, version } = contestant
  const own = packages.find((line) => line.toLowerCase().startsWith(`${peer}==`))
  return { ...contestant, version: own?.split('==')[1] ?? version }
}

const toCpuMs = ({ cpuSeconds, responseTimes }: PeerTrial): number | null =>
  toMsEach(cpuSeconds, responseTimes.length)

const toGeneratorCpuMs = ({ generatorCpuSeconds, responseTimes }: PeerTrial): number | null =>
  toMsEach(generatorCpuSeconds, responseTimes.length)

const toMsEach = (seconds: number | null, requests: number): number | null =>
  seconds === null || requests === 0 ? null : (seconds * 1000) / requests

const toThroughput = ({ duration, responseTimes }: PeerTrial): number =>
  (responseTimes.length * 1000) / duration

/** Null where a value is not known. */
function toMedian(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length < values.length ? null : medianInterval(known).value
}

const toQuantile = (sorted: readonly number[], share: number): number | null =>
  sorted.length < minimumSamples(share) ? null : nearestRank(sorted, share)

/** Block by block; null with fewer than two of both. */
function toRatio(
  own: readonly PeerTrial[],
  ours: readonly PeerTrial[],
  toValue: (trial: PeerTrial) => number | null,
): Interval | null {
  const logRatios = own.flatMap((trial) => {
    const other = ours.find(({ block }) => block === trial.block)
    const [a, b] = [toValue(trial), other === undefined ? null : toValue(other)]
    return a === null || b === null || a <= 0 || b <= 0 ? [] : [Math.log(a / b)]
  })
  return logRatios.length < 2 ? null : ratioInterval(logRatios)
}
