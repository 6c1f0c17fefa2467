import type { KindOfRun, RawRowRun, RowRunFormat } from '../row-run'
import type { ClusterFacts, TargetFacts } from '../run'
import type { ColdStart } from './cold-start'

/** run.json of cold starts: what was asked for, what was started, and how it ended. */
export interface ColdStartRun extends KindOfRun {
  readonly kind: 'cold-start'
  readonly plan: {
    /** Starts of each target. */
    readonly samples: number
    /** Decides the order in which targets start. */
    readonly seed: number
    /** Whether a start that cannot be used makes the run INVALID. */
    readonly strict?: boolean
  }
  readonly targets: readonly TargetFacts[]
  readonly clusters: readonly ClusterFacts[]
}

/** A row a start. */
export const COLD_START_FORMAT: RowRunFormat<ColdStartRun> = {
  kind: 'cold-start',
  rowsFile: 'cold-starts.ndjson',
}

export type RawColdStarts = RawRowRun<ColdStartRun, ColdStart>
