import type { ReadPhotosOptions } from './read-photos'

/** What is to be exported, and how. */
export interface ExportRequest {
  /** Of the new model. */
  readonly name: string
  /** What was typed, but for the folders' places. */
  readonly command: string
  /** Of the code that exports. */
  readonly commit: string
  readonly photos: number
  readonly seed: number
  readonly signal: ReadPhotosOptions['signal']
  /** Told what is being done. */
  readonly onStep: (step: string) => void
}

/** A model ready to be written. */
export interface ExportedModel {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  /** What a person should know of it, in lines. */
  readonly summary: readonly string[]
}
