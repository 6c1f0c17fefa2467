import { nearestRank } from '../../../bench/statistics/quantile'
import { toDue, toTruth } from '../../known-servers/behaviour'
import { median } from '../median'
import type { Level, OpenLoopMeasurement, Reported, Rows, Trial } from './measured'
import { LOADERS, SERVERS, toPlan } from './servers'
import type { LoaderName, ServerName } from './servers'

/** Everything that the page says. Times are ms. */
export interface Findings {
  readonly servers: readonly ServerFindings[]
  readonly generator: readonly LevelFindings[]
  /** The rates at which the load generator sent on time. */
  readonly onTimeAt: readonly number[]
  readonly fixedTime: FixedTimeFindings | undefined
}

/** The server that takes a fixed time, asked so often that no core falls asleep. */
export interface FixedTimeFindings {
  readonly rate: number
  /** Of p50, against what it takes. */
  readonly error: number
}

export interface ServerFindings {
  readonly server: ServerName
  /** What users wait, by when they come. */
  readonly truth: Readonly<Record<'constant' | 'poisson', Reported>>
  readonly loaders: readonly LoaderFindings[]
}

export interface LoaderFindings {
  readonly loader: LoaderName
  /** Requests that it counts, answered or not, and that the server counted. */
  readonly counted: number
  readonly served: number
  readonly said: Reported
  /** How long the server held this loader's requests, by its own clock. */
  readonly held: Reported
  /** Requests that the server was to hold for longer than usual. */
  readonly stalled: number
  /** How much later than it was to the server answered, p99. */
  readonly serverLate: number
}

export interface LevelFindings extends Pick<
  Level,
  'rate' | 'lag' | 'throughput' | 'cpuMsPerRequest'
> {
  readonly requests: number
  readonly answered: number
}

/** Quantiles by name. */
const SHARES = {
  ...{ p50: 0.5, p75: 0.75, p90: 0.9, 'p97.5': 0.975, p99: 0.99, 'p99.9': 0.999, max: 1 },
} as const
export const QUANTILES = Object.keys(SHARES) as readonly (keyof typeof SHARES)[]
/** Rows have microseconds, ms. */
const ROUNDING = 0.002
/** How late a generator may be, p99, to be called on time. */
export const MOST_LAG = 1

/** What follows from the raw data alone: blocks are pooled, but of what a loader reports only itself, the median is taken. */
export function toFindings(
  { trials, generator, fixedTime }: Pick<OpenLoopMeasurement, 'trials' | 'generator' | 'fixedTime'>,
  rows: ReadonlyMap<number, Rows>,
): Findings {
  const names = Object.keys(SERVERS) as ServerName[]
  const levels = toLevels(generator)
  return {
    servers: names.map((server) => {
      const own = trials.filter((trial) => trial.server === server)
      return { server, truth: toTruths(server, own), loaders: toLoaders(server, own, rows) }
    }),
    generator: levels,
    onTimeAt: levels.filter(({ lag }) => lag.p99 <= MOST_LAG).map(({ rate }) => rate),
    fixedTime: toFixedTime(fixedTime),
  }
}

/** The median of the blocks. */
function toFixedTime(levels: readonly Level[]): FixedTimeFindings | undefined {
  const [first] = levels
  if (first === undefined) return undefined
  const p50 = median(levels.map(({ responseTimeP50 }) => responseTimeP50))
  return { rate: first.rate, error: p50 - SERVERS.fixed.answerTime }
}

function toTruths(server: ServerName, trials: readonly Trial[]): ServerFindings['truth'] {
  const blocks = [...new Set(trials.map(({ block }) => block))]
  const of = (kind: 'constant' | 'poisson'): Reported =>
    toQuantiles(blocks.flatMap((block) => toTruth(SERVERS[server], toPlan(kind, block))))
  return { constant: of('constant'), poisson: of('poisson') }
}

function toLoaders(
  server: ServerName,
  trials: readonly Trial[],
  rows: ReadonlyMap<number, Rows>,
): readonly LoaderFindings[] {
  const loaders = Object.keys(LOADERS) as LoaderName[]
  return loaders.flatMap((loader) => {
    const own = trials.filter((trial) => trial.loader === loader)
    return own.length === 0 ? [] : [toLoader(server, own, rows)]
  })
}

function toLoader(
  server: ServerName,
  trials: readonly Trial[],
  rows: ReadonlyMap<number, Rows>,
): LoaderFindings {
  const { loader } = trials[0]!
  const ledgers = trials.map(({ id }) => rows.get(id)?.ledger ?? [])
  const said = trials.flatMap(({ id }) => rows.get(id)?.said ?? [])
  const reported = trials.flatMap(({ reported: own }) => (own === undefined ? [] : [own]))
  const behaviour = SERVERS[server]
  const rowsOfServer = ledgers.flatMap((ledger) =>
    ledger.map(({ at, time }, index) => ({
      held: time,
      planned: toDue(behaviour, { number: index + 1, arrivedAt: at }) - at,
    })),
  )
  // Who asked may have gone before the answer.
  const answered = rowsOfServer.filter(({ held }) => Number.isFinite(held))
  return {
    loader,
    counted: sum(trials.map(({ counted, failed }) => counted + failed)),
    served: rowsOfServer.length,
    said: reported.length > 0 ? toMedians(reported) : toQuantiles(said.map(({ time }) => time)),
    held: toQuantiles(answered.map(({ held }) => held)),
    stalled: rowsOfServer.filter(({ planned }) => planned > behaviour.answerTime + ROUNDING).length,
    serverLate: nearestRank(
      Float64Array.from(answered.map(({ held, planned }) => held - planned)).sort(),
      0.99,
    ),
  }
}

const toQuantiles = (values: readonly number[]): Reported => {
  const sorted = Float64Array.from(values).sort()
  return Object.fromEntries(QUANTILES.map((name) => [name, nearestRank(sorted, SHARES[name])]))
}

const toMedians = (reported: readonly Reported[]): Reported =>
  Object.fromEntries(
    QUANTILES.map((name) => [name, median(reported.map((each) => each[name] ?? Number.NaN))]),
  )

/** Medians over the blocks, by rate. */
function toLevels(levels: readonly Level[]): readonly LevelFindings[] {
  const rates = [...new Set(levels.map(({ rate }) => rate))].sort((one, other) => one - other)
  return rates.map((rate) => {
    const own = levels.filter((level) => level.rate === rate)
    const of = (toValue: (level: Level) => number): number => median(own.map(toValue))
    return {
      rate,
      requests: sum(own.map(({ requests }) => requests)),
      answered: sum(own.map(({ answered }) => answered)),
      throughput: of(({ throughput }) => throughput),
      lag: {
        p50: of(({ lag }) => lag.p50),
        p99: of(({ lag }) => lag.p99),
        max: of(({ lag }) => lag.max),
      },
      cpuMsPerRequest: of(({ cpuMsPerRequest }) => cpuMsPerRequest),
    }
  })
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
