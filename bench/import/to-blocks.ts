import { ImportError } from './import-error'
import type { ImportedTrial, ImportedWorkload } from './imported'

/** A file of a target. */
export interface NamedTrial {
  readonly target: string
  readonly trial: ImportedTrial
}

/** The place of a file in the run. */
export interface PlacedTrial extends NamedTrial {
  readonly block: number
  /** From 0: place of the target in the block, by time. */
  readonly order: number
}

export const toWords = (workload: ImportedWorkload): string =>
  workload.kind === 'open' ? `open:${workload.rate}` : `closed:${workload.concurrency}`

/** Connections, or requests a second. */
export const toLevel = (workload: ImportedWorkload): number =>
  workload.kind === 'open' ? workload.rate : workload.concurrency

/**
 * Puts the n-th file of each target at a workload into block n, in the order of time.
 *
 * @throws ImportError if the files do not make whole blocks, or targets of a block were sent photos in different orders
 */
export function toBlocks(named: readonly NamedTrial[]): readonly PlacedTrial[] {
  const kinds = new Set(named.map(({ trial }) => trial.workload.kind))
  if (kinds.size > 1) {
    throw new ImportError(
      'some files are of a closed loop and some of an open one: import them apart',
    )
  }
  const targets = [...new Set(named.map(({ target }) => target))]
  const workloads = [...new Set(named.map(({ trial }) => toWords(trial.workload)))]
  const placed = workloads.flatMap((workload) => {
    const columns = targets.map((target) =>
      named.filter((each) => each.target === target && toWords(each.trial.workload) === workload),
    )
    requireWhole(columns, targets, workload)
    return (columns[0] ?? []).flatMap((_, block) =>
      toBlock(
        columns.flatMap((column) => column[block] ?? []),
        block,
      ),
    )
  })
  return placed.sort((one, other) => one.trial.startedAt - other.trial.startedAt)
}

function requireWhole(
  columns: readonly (readonly NamedTrial[])[],
  targets: readonly string[],
  workload: string,
): void {
  const other = columns.findIndex(({ length }) => length !== columns[0]?.length)
  if (other === -1) return
  throw new ImportError(
    `${targets[0] ?? ''} has ${columns[0]?.length ?? 0} files of ${workload}, ${targets[other] ?? ''} has ${columns[other]?.length ?? 0}: a block needs one of each`,
  )
}

function toBlock(members: readonly NamedTrial[], block: number): readonly PlacedTrial[] {
  const [first] = members
  const other = members.find(({ trial }) => trial.seed !== first?.trial.seed)
  if (first !== undefined && other !== undefined) {
    throw new ImportError(
      `${other.trial.file} has photos in the order of seed ${other.trial.seed}, ${first.trial.file} of seed ${first.trial.seed}: targets of a block are to be sent the same`,
    )
  }
  return [...members]
    .sort((one, another) => one.trial.startedAt - another.trial.startedAt)
    .map((member, order) => ({ ...member, block, order }))
}
