/** A file of another load generator cannot be imported. The message names file and line, and says what to do. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
}

/** Where a file is read: who finds something wrong there says so. */
export interface Place {
  readonly file: string
  /** From 1. */
  readonly line: number
}

export const toImportError = ({ file, line }: Place, what: string, cause?: unknown): ImportError =>
  new ImportError(`${file}, line ${line}: ${what}`, { cause })
