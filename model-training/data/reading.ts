import type { Decoder } from '../../inference/index'
import type { PhotoSource } from './photo-source'

/** How far a reading of photos has come. */
export interface ReadingProgress {
  /** What is being done, such as `looking at photos`. */
  readonly task: string
  readonly done: number
  readonly total: number
  /** As long as what is done suggests, in ms. */
  readonly timeLeft: number
}

/** Where the caches are. */
export interface CacheChoice {
  readonly folder: string
  /** `read` leaves the disk as it is. */
  readonly mode: 'read' | 'read-write'
}

/** What a reading of photos can be told, whatever it is for. */
export interface ReadingOptions {
  /** Nothing is kept without it. */
  readonly cache?: CacheChoice | undefined
  readonly onProgress?: ((progress: ReadingProgress) => void) | undefined
  /** Told what a person should know, in a sentence. */
  readonly onNotice?: ((notice: string) => void) | undefined
  /** Stops the reading with its reason; nothing half-written stays. */
  readonly signal?: AbortSignal | undefined
}

/** A reading of some photos. */
export interface Reading extends ReadingOptions {
  readonly source: PhotoSource
  readonly decoder: Decoder
  readonly task: string
}
