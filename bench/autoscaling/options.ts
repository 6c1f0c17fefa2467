import { parseArgs } from 'node:util'
import { toClusters } from '../cluster-options'
import type { ClusterOptions } from '../cluster-options'
import { UsageError } from '../usage-error'
import { PROFILES } from './profiles'
import type { ProfileName } from './profiles'

/** What `npm run autoscaling` is asked to do. */
export interface AutoscalingOptions {
  readonly kubeconfigs: NonNullable<ClusterOptions['kubeconfigs']>
  readonly deploy: boolean
  readonly model: string
  readonly profile: ProfileName
  /** Requests a second. */
  readonly base: number
  readonly peak: number
  readonly seed: number
  readonly out: string
}

const DEFAULTS = { base: 5, peak: 100 }

export const USAGE = `Offers the twins in two clusters more and more load and less again, and tells how their autoscalers follow.

  npm run autoscaling -- --kubeconfig kubeless=FILE --kubeconfig kubernetes=FILE [options]

  --kubeconfig NAME=FILE  twice, kubeless=FILE and kubernetes=FILE
  --deploy                deploys the twins before; needs kubectl
  --model NAME            with --deploy: their model (photo-net)
  --profile NAME          full (22 minutes a twin: as they are deployed, up after a minute, down after ten) or
                          short (2 minutes: the autoscalers are set to follow at once, for tests)
  --base RATE             requests a second before and after, 0.1 to 10000 (${DEFAULTS.base})
  --peak RATE             requests a second at the peak, 0.1 to 10000 (${DEFAULTS.peak})
  --seed N                decides when requests come and which twin is first, 0 to 4294967295 (1)
  --out DIR               run folder, new or empty (runs/TIME-autoscaling)
  --help                  print this

Requests come at random times, whether or not others were answered. Ctrl-C keeps what was measured.
Exit status: 0 measured, 2 measured but INVALID, 64 wrong arguments, 73 the run folder cannot be made,
74 it cannot be written any more, 130 interrupted, 1 a bug.
`

/**
 * Reads the command line of `npm run autoscaling`.
 *
 * @param args without node and script
 * @throws UsageError naming the option and what it accepts
 */
export function readAutoscalingOptions(args: readonly string[]): AutoscalingOptions | 'help' {
  const values = parse(args)
  if (values.help === true) return 'help'
  const { kubeconfigs, deploy } = toClusters(
    values,
    values.model === undefined ? undefined : 'model',
  )
  if (kubeconfigs === undefined) {
    throw new UsageError(
      '--kubeconfig is needed for both clusters: kubeless=FILE and kubernetes=FILE',
    )
  }
  const [base, peak] = [toRate('base', values.base), toRate('peak', values.peak)]
  if (base >= peak) throw new UsageError(`--peak has to be above --base, which is ${base}`)
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  return {
    ...{ kubeconfigs, deploy, model: values.model ?? 'photo-net', base, peak },
    profile: toProfile(values.profile),
    seed: toSeed(values.seed),
    out: values.out ?? `runs/${time}-autoscaling`,
  }
}

function parse(args: readonly string[]) {
  const string = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        kubeconfig: { type: 'string', multiple: true },
        deploy: { type: 'boolean' },
        ...{ model: string, profile: string, base: string, peak: string },
        ...{ seed: string, out: string },
        help: { type: 'boolean' },
      },
    }).values
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
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

function toSeed(text = '1'): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (seed < 2 ** 32) return seed
  throw new UsageError(`--seed accepts a whole number from 0 to 4294967295, not "${text}"`)
}
