import { parseArgs } from 'node:util'
import { toClusters } from '../cluster-options'
import type { ClusterOptions } from '../cluster-options'
import { UsageError } from '../usage-error'

/** What `npm run cold-start` is asked to do. */
export interface ColdStartOptions {
  readonly kubeconfigs: NonNullable<ClusterOptions['kubeconfigs']>
  readonly deploy: boolean
  readonly model: string
  readonly samples: number
  readonly seed: number
  readonly out: string
}

const DEFAULT_SAMPLES = 24

export const USAGE = `Starts the twins from nothing in two clusters, again and again, and tells where the time goes.

  npm run cold-start -- --kubeconfig kubeless=FILE --kubeconfig kubernetes=FILE [options]

  --kubeconfig NAME=FILE  twice, kubeless=FILE and kubernetes=FILE
  --deploy                deploys the twins before; needs kubectl
  --model NAME            with --deploy: their model (photo-net)
  --samples N             starts of each twin, 2 to 1000 (${DEFAULT_SAMPLES}); a verdict needs 10
  --seed N                decides the order in which they start, 0 to 4294967295 (1)
  --out DIR               run folder, new or empty (runs/TIME-cold-start)
  --help                  print this

A start is scaling a Deployment from 0 to 1, by this program: neither Kubeless nor Kubernetes does it when a request comes.
Ctrl-C leaves every twin with one pod and keeps what was measured.
Exit status: 0 measured, 2 measured but INVALID, 64 wrong arguments, 73 the run folder cannot be made,
74 it cannot be written any more, 130 interrupted, 1 a bug.
`

/**
 * Reads the command line of `npm run cold-start`.
 *
 * @param args without node and script
 * @throws UsageError naming the option and what it accepts
 */
export function readColdStartOptions(args: readonly string[]): ColdStartOptions | 'help' {
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
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  return {
    ...{ kubeconfigs, deploy, model: values.model ?? 'photo-net' },
    samples: toInteger('samples', values.samples, DEFAULT_SAMPLES, [2, 1000]),
    seed: toInteger('seed', values.seed, 1, [0, 2 ** 32 - 1]),
    out: values.out ?? `runs/${time}-cold-start`,
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
        ...{ model: string, samples: string, seed: string, out: string },
        help: { type: 'boolean' },
      },
    }).values
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

function toInteger(
  name: string,
  text: string | undefined,
  otherwise: number,
  [from, to]: readonly [number, number],
): number {
  const value = text === undefined ? otherwise : /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= from && value <= to) return value
  throw new UsageError(
    `--${name} accepts a whole number from ${from} to ${to}, not "${text ?? ''}"`,
  )
}
