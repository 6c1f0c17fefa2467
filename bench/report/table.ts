import { toFigure, toLine, toSentence } from './format'
import type { Estimate } from './report'

/** A table as every format prints it. */
export interface Table {
  readonly id: string
  readonly caption: string
  readonly columns: readonly Column[]
  /** Each has a cell a column; the first is the row's header. */
  readonly rows: readonly (readonly Cell[])[]
  /** Rows with the same first cell belong together, and the second is then the row's header. */
  readonly isGrouped: boolean
}

/** What a column holds. */
export interface Column {
  readonly title: string
  readonly isNumeric: boolean
}

/** What stands in a cell; all of it is text, which every format escapes. */
export interface Cell {
  readonly text: string
  /** Less important: an interval. */
  readonly detail?: string
  readonly verdict?: { readonly word: string; readonly tone: Tone }
  /** Printed once below the table. */
  readonly note?: string
}

/** How a verdict is to be taken by who runs `a`. */
export type Tone = 'even' | 'worse' | 'better' | 'open'

/** A part of the report under a heading. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly paragraphs: readonly string[]
  /** To be typed in a shell. */
  readonly command?: string
  readonly tables: readonly Table[]
}

/** Stands where a value is not known. */
export const NOTHING = '–'

/** Superscripts are the same in every format. */
const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A column of text. */
export function words(title: string): Column {
  return { title: toLine(title), isNumeric: false }
}

/** A column of numbers. */
export function numbers(title: string): Column {
  return { title: toLine(title), isNumeric: true }
}

/** A cell with text that may be from outside. */
export function toCell(text: string | null | undefined, note?: string): Cell {
  const cell = { text: text === null || text === undefined ? NOTHING : toLine(text) }
  return note === undefined ? cell : { ...cell, note: toLine(note) }
}

/** A cell with a number, or with nothing. */
export function toNumberCell(
  value: number | null,
  format: (value: number) => string = toFigure,
): Cell {
  return { text: value === null ? NOTHING : format(value) }
}

/** A value with its interval. What is missing has its reason in a note; `n too small` stands in the value's place. */
export function toEstimateCell(estimate: Estimate): Cell {
  if (estimate.value === null) return toMissingCell(toLine(estimate.reason))
  const text = toFigure(estimate.value)
  if (estimate.lower === null) {
    return { text, note: toSentence(`No interval: ${estimate.reason}`) }
  }
  return { text, detail: toInterval(estimate, toFigure) }
}

function toMissingCell(reason: string): Cell {
  const short = 'n too small'
  if (!reason.startsWith(short)) return { text: NOTHING, note: toSentence(reason) }
  const rest = reason.slice(short.length).replace(/^[\s:,-]+/, '')
  // A quantile's name stays as it is: no capital.
  return rest === '' ? { text: short } : { text: short, note: `${rest}.` }
}

/** `1.02–1.05`. */
export function toInterval(
  { lower, upper }: { readonly lower: number; readonly upper: number },
  format: (value: number) => string,
): string {
  const separator = lower < 0 || upper < 0 ? ' to ' : '–'
  return `${format(lower)}${separator}${format(upper)}`
}

/** The notes of a table in the order they are first met. */
export function toNotes(table: Table): readonly string[] {
  const notes = table.rows.flat().flatMap(({ note }) => (note === undefined ? [] : [note]))
  return [...new Set(notes)]
}

/** The sign of a note, counted from 0. */
export function toNoteSign(index: number): string {
  return Array.from(String(index + 1), (digit) => DIGITS[Number(digit)]).join('')
}
