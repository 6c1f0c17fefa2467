import type { Observation, TargetFacts } from '../run'
import { toImportError } from './import-error'
import type { Place } from './import-error'

/** How a trial was loaded, as its file says: `closed:10` or `open:40`. */
export type ImportedWorkload =
  | { readonly kind: 'closed'; readonly concurrency: number }
  | { readonly kind: 'open'; readonly rate: number }

/** One file of another load generator: one trial. Times are ms; null: the file does not say. */
export interface ImportedTrial {
  readonly file: string
  /** In words: which load generator. */
  readonly tool: string
  readonly workload: ImportedWorkload
  /** Decided the order of the photos. */
  readonly seed: number
  readonly model: TargetFacts['model']
  /** By the load generator's clock, since 1970. */
  readonly startedAt: number
  /** In the order in which they were sent; times are since `startedAt`. */
  readonly observations: readonly Observation[]
  /** What the first failed requests said. */
  readonly messages: readonly string[]
  readonly generatorCpuSeconds: number | null
  readonly machine: Machine | null
  readonly loadAverage: {
    readonly before: readonly number[]
    readonly after: readonly number[]
  } | null
  /** In words: what makes the run INVALID that no row shows. */
  readonly failures: readonly string[]
}

/** What the load generator ran on. */
export interface Machine {
  readonly cores: number | null
  readonly memoryBytes: number | null
  readonly platform: string
  readonly release: string
  readonly architecture: string
  readonly python: string
}

/** What the photos' folder decides of what is read. */
export interface Known {
  /** Numbers of photos by their file. */
  readonly numbers: ReadonlyMap<string, number>
  readonly sha256s: readonly string[]
  readonly model: TargetFacts['model']
}

const MOST_MESSAGES = 3

/** Keeps the first few different ones. */
export function noteMessage(messages: Set<string>, message: string | null | undefined): void {
  if (message != null && messages.size < MOST_MESSAGES) messages.add(message)
}

/**
 * Reads `closed:10` or `open:40`.
 *
 * @throws ImportError naming the place
 */
export function toImportedWorkload(text: unknown, place: Place): ImportedWorkload {
  const [, kind, digits] = /^(closed|open):(\d{1,5})$/.exec(String(text)) ?? []
  const level = Number(digits)
  if (kind === 'closed' && level >= 1 && level <= 1000) return { kind, concurrency: level }
  if (kind === 'open' && level >= 1) return { kind, rate: level }
  throw toImportError(place, `the workload is ${String(text)}, and not like closed:10 or open:40`)
}

/** @throws ImportError if the photo is none of the folder's */
export function toPhotoNumber({ numbers }: Known, file: unknown, place: Place): number {
  const number = numbers.get(String(file))
  if (number !== undefined) return number
  throw toImportError(
    place,
    `the photo ${String(file)} is not in the folder of --photos: all targets are to be sent the same photos`,
  )
}

/** @throws ImportError if the model is not the one that the folder's answers are of */
export function requireModel({ model }: Known, sha256: string | undefined, place: Place): void {
  if ((model?.sha256 ?? '') === (sha256 ?? '')) return
  throw toImportError(
    place,
    'the answers were checked against those of another model than answers.json has',
  )
}

const STATUSES = {
  right: (status) => status === 200,
  wrong: (status) => status === 200,
  garbage: (status) => status === 200,
  refused: (status) => status === 503,
  status: (status) => status !== null && status >= 100 && status !== 200 && status !== 503,
  'timed-out': (status) => status === null,
  unanswered: (status) => status === null,
} as const satisfies Readonly<Record<string, (status: number | null) => boolean>>

type ImportedOutcome = keyof typeof STATUSES

/**
 * The outcome of a request, as docs/METHOD.md has them.
 *
 * @throws ImportError if it is none, or if it cannot be with this status
 */
export function toOutcome(text: unknown, status: number | null, place: Place): ImportedOutcome {
  const outcome = (Object.keys(STATUSES) as ImportedOutcome[]).find((name) => name === text)
  if (outcome === undefined) throw toImportError(place, `there is no outcome ${String(text)}`)
  if (STATUSES[outcome](status)) return outcome
  throw toImportError(place, `a request with status ${String(status)} cannot be ${outcome}`)
}

/** @throws ImportError unless it is a number of ms, 0 or more */
export function toTime(value: unknown, what: string, place: Place): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw toImportError(place, `${what} is ${String(value)}, and not a number of 0 or more`)
}
