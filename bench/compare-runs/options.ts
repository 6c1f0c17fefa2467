import { parseArgs } from 'node:util'
import type { Metric } from '../report/report'
import { UsageError } from '../usage-error'
import type { SlowerRule } from './slower-gate'

/** What `npm run compare-runs` is asked to do. */
export interface CompareRunsOptions {
  readonly base: string
  readonly later: string
  /** Undefined: the exit status does not tell what is slower. */
  readonly rule: SlowerRule | undefined
  readonly format: Format
}

type Format = (typeof FORMATS)[number]

const FORMATS = ['markdown', 'json'] as const
const METRIC_NAMES: Readonly<Record<string, Metric>> = {
  p50: 'responseTime.p50',
  p90: 'responseTime.p90',
  mean: 'responseTime.mean',
  throughput: 'throughput',
  cpu: 'cpuMsPerRequest',
}
const DECIDING = 'p50,throughput,cpu'

export const USAGE = `Tells what changed from one run of npm run compare to another: a later commit, another cluster.

  npm run --silent compare-runs -- RUN_A RUN_B [options]

  RUN_A                   run folder of the base
  RUN_B                   run folder of what is compared with it: ratios are B / A
  --fail-if-slower SHARE  such as 5%: exit status 3 where a target of B is slower by more, and not by chance
  --metrics LIST          what that looks at, of ${Object.keys(METRIC_NAMES).join(',')} (${DECIDING})
  --format NAME           of ${FORMATS.join(', ')} (markdown, as GitHub shows it in a summary or a comment)
  --help                  print this

The answer goes to stdout. Exit status: 0 compared, 2 compared but one of the runs is INVALID, or what was
to be looked at is not there, 3 slower than allowed, 64 wrong arguments, 65 a folder is no run of npm run
compare, or both have nothing in common, 1 a bug.
`

/**
 * Reads the command line of `npm run compare-runs`.
 *
 * @param args without node and script
 * @throws UsageError naming the option and what it accepts
 */
export function readCompareRunsOptions(args: readonly string[]): CompareRunsOptions | 'help' {
  const { values, positionals } = parse(args)
  if (values.help === true) return 'help'
  const [base, later, ...more] = positionals
  if (base === undefined || later === undefined || more.length > 0) {
    throw new UsageError(`RUN_A and RUN_B are needed, but ${positionals.length} were given`)
  }
  const { format = 'markdown', metrics } = values
  if (!isFormat(format)) {
    throw new UsageError(`--format accepts ${FORMATS.join(' or ')}, not "${format}"`)
  }
  const share = values['fail-if-slower']
  if (share === undefined && metrics !== undefined) {
    throw new UsageError('--metrics is for --fail-if-slower, which is not given')
  }
  const rule =
    share === undefined
      ? undefined
      : { allowed: toShare(share), metrics: toMetrics(metrics ?? DECIDING) }
  return { base, later, rule, format }
}

const isFormat = (format: string): format is Format => FORMATS.some((each) => each === format)

/** 0.05 of `5%`, `5 %` or `5`. */
function toShare(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?) ?%?$/.exec(text) ?? []
  const percent = Number(digits ?? Number.NaN)
  if (percent >= 0 && percent <= 1000) return percent / 100
  throw new UsageError(`--fail-if-slower accepts percent from 0 to 1000 such as 5%, not "${text}"`)
}

function toMetrics(list: string): readonly Metric[] {
  return [...new Set(list.split(','))].map((name) => {
    const metric = Object.hasOwn(METRIC_NAMES, name) ? METRIC_NAMES[name] : undefined
    if (metric !== undefined) return metric
    const names = Object.keys(METRIC_NAMES).join(',')
    throw new UsageError(`--metrics accepts ${names} with commas, not "${name}"`)
  })
}

function parse(args: readonly string[]) {
  const string = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...{ 'fail-if-slower': string, metrics: string, format: string },
        help: { type: 'boolean' },
      },
      allowPositionals: true,
    })
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}
