import { readRowRunOptions, toCommonUsage } from '../row-run-options'
import type { RowRunOptions } from '../row-run-options'
import { toWhole } from '../to-whole'

/** What `npm run cold-start` is asked to do. */
export interface ColdStartOptions extends RowRunOptions {
  readonly samples: number
  /** Whether a start that cannot be used makes the run INVALID. */
  readonly strict: boolean
}

const DEFAULT_SAMPLES = 24

const { clusters, run, exits } = toCommonUsage('cold-start', 'the order in which they start')

export const USAGE = `Starts the twins from nothing in two clusters, again and again, and tells where the time goes.

  npm run cold-start -- --kubeconfig kubeless=FILE --kubeconfig kubernetes=FILE [options]

${clusters}
  --samples N             starts of each twin, 2 to 1000 (${DEFAULT_SAMPLES}); a verdict needs 10
  --strict                a start that cannot be used makes the run INVALID
${run}

A start is scaling a Deployment from 0 to 1, by this program: neither Kubeless nor Kubernetes does it when a request comes.
Ctrl-C leaves every twin with one pod and keeps what was measured.
${exits}
`

/**
 * Reads the command line of `npm run cold-start`.
 *
 * @param args without node and script
 * @throws UsageError naming the option and what it accepts
 */
export function readColdStartOptions(args: readonly string[]): ColdStartOptions | 'help' {
  const read = readRowRunOptions(args, 'cold-start', ['samples'], ['strict'])
  if (read === 'help') return 'help'
  const { common, values, flags } = read
  const samples = toWhole('samples', values.samples ?? String(DEFAULT_SAMPLES), [2, 1000])
  return { ...common, samples, strict: flags.strict === true }
}
