import { LABELS } from '../../inference/index'
import type { Exclusion, Label } from './entry'

/** One photo of Yelp's list. */
export interface YelpRow {
  readonly photoId: string
  readonly businessId: string
  readonly label: Label
}

interface YelpRows {
  readonly rows: readonly YelpRow[]
  readonly excluded: readonly Exclusion[]
  readonly blankLines: number
}

/**
 * Reads Yelp's list of photos, a JSON object a line, with either line end and with or without a byte order mark.
 *
 * @param name of the list, by which lines are called in the exclusions
 * @param toFile where the photo of an id would be
 */
export function parseYelpRows(
  json: string,
  name: string,
  toFile: (photoId: string) => string,
): YelpRows {
  const rows: YelpRow[] = []
  const excluded: Exclusion[] = []
  let blankLines = 0
  // What follows the last line's end is no line.
  const lines = json
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') {
      blankLines += 1
      continue
    }
    const row = toRow(line)
    if ('photoId' in row && 'label' in row) rows.push(row)
    else excluded.push(toExclusion(row, `${name}:${i + 1}`, toFile))
  }
  return { rows, excluded, blankLines }
}

interface BadRow {
  readonly reason: string
  readonly photoId?: string
  readonly detail?: string
}

function toRow(line: string): YelpRow | BadRow {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    return { reason: 'broken line', detail: (error as Error).message }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { reason: 'broken line', detail: 'not a JSON object' }
  }
  const { photo_id: photoId, business_id: businessId, label: name } = value as Fields
  if (!isId(photoId)) return { reason: 'line without photo_id' }
  if (!isId(businessId)) return { reason: 'line without business_id', photoId }
  const label = LABELS.find((known) => known === name)
  if (label !== undefined) return { photoId, businessId, label }
  return { reason: `unknown label ${name === undefined ? '""' : JSON.stringify(name)}`, photoId }
}

type Fields = Readonly<Partial<Record<'photo_id' | 'business_id' | 'label', unknown>>>

/** Yelp's ids are 22 letters, digits, - and _; anything that could not be a file's name is none. */
const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[^/\\\0]+$/.test(value) && !value.startsWith('.')

function toExclusion(
  { reason, photoId, detail }: BadRow,
  line: string,
  toFile: (photoId: string) => string,
): Exclusion {
  if (photoId === undefined) return { file: line, reason, ...(detail !== undefined && { detail }) }
  return { file: toFile(photoId), reason, detail: line }
}
