import type { Candidate, Exclusion, Origin } from './entry'
import type { PhotoSource } from './photo-source'

/** What data say they hold, before any photo is looked at. */
export interface Listing {
  readonly origin: Origin
  readonly source: PhotoSource
  readonly candidates: readonly Candidate[]
  readonly excluded: readonly Exclusion[]
  /** What a person should know of the data but no photo is left out for. */
  readonly warnings: readonly string[]
}

/** What of a listing decides is, which photos are in it. */
export type Rows = Pick<Listing, 'candidates' | 'excluded' | 'warnings'>
