import { parseArgs } from 'node:util'
import { toClusters } from './cluster-options'
import type { ClusterOptions } from './cluster-options'
import { toNewFolder } from './run-folder'
import { toWhole } from './to-whole'
import { UsageError } from './usage-error'

/** What every measurement of both clusters but the comparison is asked for. */
export interface RowRunOptions {
  readonly kubeconfigs: NonNullable<ClusterOptions['kubeconfigs']>
  readonly deploy: boolean
  readonly model: string
  readonly seed: number
  readonly out: string
}

/** What every measurement of both clusters is given beside what all are. */
export interface ClustersAsked {
  readonly kubeconfigs: RowRunOptions['kubeconfigs']
  /** Undefined: what is there is measured. */
  readonly deploy: { readonly settings: Readonly<Record<string, string>> } | undefined
}

/** The part of a command line that is about clusters. */
export function toClustersAsked({ kubeconfigs, deploy, model }: RowRunOptions): ClustersAsked {
  const settings = { MODEL: model, ENGINE: 'auto', DECODER: 'auto' }
  return { kubeconfigs, deploy: deploy ? { settings } : undefined }
}

/** What each accepts, for the help; `order`: what the seed decides. */
export const toCommonUsage = (kind: string, order: string) => ({
  clusters: `  --kubeconfig NAME=FILE  twice, kubeless=FILE and kubernetes=FILE
  --deploy                deploys the twins before; needs kubectl
  --model NAME            with --deploy: their model (photo-net)`,
  run: `  --seed N                decides ${order}, 0 to 4294967295 (1)
  --out DIR               run folder, new or empty (runs/TIME-${kind})
  --help                  print this`,
  exits: `Exit status: 0 measured, 2 measured but INVALID, 64 wrong arguments, 73 the run folder cannot be made,
74 it cannot be written any more, 130 interrupted, 1 a bug.`,
})

/**
 * Reads a command line.
 *
 * @param args without node and script
 * @param kind what is measured: the run folder's name ends with it
 * @param own names of the options that are this kind's alone, whose texts are returned as `values`
 * @param ownFlags those of its own that have no text
 * @throws UsageError naming the option and what it accepts
 */
export function readRowRunOptions<Own extends string, Flag extends string = never>(
  args: readonly string[],
  kind: string,
  own: readonly Own[],
  ownFlags: readonly Flag[] = [],
): 'help' | RowRunRead<Own, Flag> {
  const { values, own: ownValues, flags } = parse(args, own, ownFlags)
  if (values.help === true) return 'help'
  const setting = values.model === undefined ? undefined : 'model'
  const { kubeconfigs, deploy } = toClusters(values, setting)
  if (kubeconfigs === undefined) {
    throw new UsageError(
      '--kubeconfig is needed for both clusters: kubeless=FILE and kubernetes=FILE',
    )
  }
  const common = {
    ...{ kubeconfigs, deploy, model: values.model ?? 'photo-net' },
    seed: toWhole('seed', values.seed ?? '1', [0, 2 ** 32 - 1]),
    out: values.out ?? toNewFolder(kind),
  }
  return { common, values: ownValues, flags }
}

interface RowRunRead<Own extends string, Flag extends string> {
  readonly common: RowRunOptions
  readonly values: Partial<Record<Own, string>>
  readonly flags: Partial<Record<Flag, boolean>>
}

function parse<Own extends string, Flag extends string>(
  args: readonly string[],
  own: readonly Own[],
  flags: readonly Flag[],
) {
  const string = { type: 'string' } as const
  const common = {
    kubeconfig: { type: 'string', multiple: true },
    deploy: { type: 'boolean' },
    ...{ model: string, seed: string, out: string },
    help: { type: 'boolean' },
  } as const
  try {
    const all = {
      ...Object.fromEntries(own.map((name) => [name, string])),
      ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' } as const])),
      ...common,
    }
    const { values } = parseArgs({ args: [...args], options: all })
    return {
      values,
      own: values as Partial<Record<Own, string>>,
      flags: values as Partial<Record<Flag, boolean>>,
    }
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}
