import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatasetError } from './dataset-error'

/** One row of a `manifest.csv`, by column name. */
export type ManifestRow = Readonly<Record<string, string>>

/**
 * Reads a folder's `manifest.csv`; undefined where it has none.
 *
 * @throws DatasetError if it cannot be read, or naming the line or the column that is wrong
 */
export async function readManifest(
  folder: string,
  required: readonly string[],
): Promise<ManifestRow[] | undefined> {
  let csv: string
  try {
    csv = await readFile(join(folder, 'manifest.csv'), 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new DatasetError(`${folder}/manifest.csv cannot be read (${code ?? ''})`, { cause })
  }
  return parseManifest(csv, required)
}

/**
 * Reads CSV as RFC 4180 defines it (quotes, commas and line breaks inside quotes), with a header line.
 *
 * @throws DatasetError naming the line that is no CSV, or one of `required` that is not in the header
 */
export function parseManifest(csv: string, required: readonly string[]): ManifestRow[] {
  const [header, ...rows] = parseCsv(csv.replace(/^\uFEFF/, ''))
  const columns = header?.cells ?? []
  const missing = required.find((column) => !columns.includes(column))
  if (missing !== undefined) throw new DatasetError(`manifest.csv has no column "${missing}"`)
  return rows
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map(({ cells, line }) => {
      if (cells.slice(columns.length).some((cell) => cell !== '')) {
        throw new DatasetError(
          `manifest.csv, line ${line}, has ${cells.length} cells for ${columns.length} columns; is a comma not in quotes?`,
        )
      }
      return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']))
    })
}

interface Row {
  readonly cells: readonly string[]
  /** Where it begins, from 1. */
  readonly line: number
}

const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy

function parseCsv(csv: string): Row[] {
  const rows: Row[] = []
  let [cells, line, nextLine, read]: [string[], number, number, number] = [[], 1, 1, 0]
  for (const [text, quoted, plain = '', end] of csv.matchAll(CELL)) {
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    read += text.length
    nextLine += text.split('\n').length - 1
    if (end === ',') continue
    rows.push({ cells, line })
    cells = []
    line = nextLine
  }
  // The expression stops at the first character that it cannot read, and everything behind it would be lost.
  if (read < csv.length) {
    throw new DatasetError(`manifest.csv, line ${nextLine}, is no CSV; is a quote not doubled?`)
  }
  return rows
}
