/** One row of a `manifest.csv`, by column name. */
export type ManifestRow = Readonly<Record<string, string>>

/**
 * Reads CSV as RFC 4180 defines it (quotes, commas and line breaks inside quotes), with a header line.
 *
 * @throws Error naming the column, if one of `required` is not in the header
 */
export function parseManifest(csv: string, required: readonly string[]): ManifestRow[] {
  const [header = [], ...rows] = parseCsv(csv.replace(/^\uFEFF/, ''))
  const missing = required.find((column) => !header.includes(column))
  if (missing !== undefined) throw new Error(`manifest.csv has no column "${missing}"`)
  return rows
    .filter((cells) => cells.some((cell) => cell !== ''))
    .map((cells) => Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])))
}

const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy

function parseCsv(csv: string): string[][] {
  const rows: string[][] = []
  let cells: string[] = []
  for (const [, quoted, plain = '', end] of csv.matchAll(CELL)) {
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(cells)
    cells = []
  }
  return rows
}
