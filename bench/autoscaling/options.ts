import { readRowRunOptions, toCommonUsage } from '../row-run-options'
import type { RowRunOptions } from '../row-run-options'
import { UsageError } from '../usage-error'
import { PROFILES } from './profiles'
import type { ProfileName } from './profiles'

/** What `npm run autoscaling` is asked to do. */
export interface AutoscalingOptions extends RowRunOptions {
  readonly profile: ProfileName
  /** Requests a second. */
  readonly base: number
  readonly peak: number
}

const DEFAULTS = { base: 5, peak: 100 }

const { clusters, run, exits } = toCommonUsage(
  'autoscaling',
  'when requests come and which twin is first',
)

export const USAGE = `Offers the twins in two clusters more and more load and less again, and tells how their autoscalers follow.

  npm run autoscaling -- --kubeconfig kubeless=FILE --kubeconfig kubernetes=FILE [options]

${clusters}
  --profile NAME          full (22 minutes a twin: as they are deployed, up after a minute, down after ten) or
                          short (2 minutes: the autoscalers are set to follow at once, for tests)
  --base RATE             requests a second before and after, 0.1 to 10000 (${DEFAULTS.base})
  --peak RATE             requests a second at the peak, 0.1 to 10000 (${DEFAULTS.peak})
${run}

Requests come at random times, whether or not others were answered. Ctrl-C keeps what was measured.
${exits}
`

/**
 * Reads the command line of `npm run autoscaling`.
 *
 * @param args without node and script
 * @throws UsageError naming the option and what it accepts
 */
export function readAutoscalingOptions(args: readonly string[]): AutoscalingOptions | 'help' {
  const read = readRowRunOptions(args, 'autoscaling', ['profile', 'base', 'peak'])
  if (read === 'help') return 'help'
  const { common, values } = read
  const [base, peak] = [toRate('base', values.base), toRate('peak', values.peak)]
  if (base >= peak) throw new UsageError(`--peak has to be above --base, which is ${base}`)
  return { ...common, base, peak, profile: toProfile(values.profile) }
}

function toProfile(text = 'full'): ProfileName {
  const names = Object.keys(PROFILES) as ProfileName[]
  const name = names.find((each) => each === text)
  if (name !== undefined) return name
  throw new UsageError(`--profile accepts ${names.join(' or ')}, not "${text}"`)
}

function toRate(name: 'base' | 'peak', text = String(DEFAULTS[name])): number {
  const rate = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (rate >= 0.1 && rate <= 10_000) return rate
  throw new UsageError(`--${name} accepts requests a second from 0.1 to 10000, not "${text}"`)
}
