import { escapeMarkup } from './escape'
import { toNotes, toNoteSign } from './table'
import type { Cell, Column, Table } from './table'

/** A table in a box of its own that scrolls, so that the page does not. */
export function renderTable(table: Table): string {
  const { id, caption, columns, rows, isGrouped } = table
  const notes = toNotes(table)
  const shown = isGrouped ? columns.slice(1) : columns
  const head = shown.map(
    (column) => `<th scope="col"${toClass(column)}>${escapeMarkup(column.title)}</th>`,
  )
  const body = isGrouped ? renderGroups(table, notes) : [renderBody(rows, columns, notes)]
  const isWords = columns.every(({ isNumeric }) => !isNumeric)
  return [
    `<div class="scroll" role="region" tabindex="0" aria-labelledby="${id}-caption">`,
    `<table${isWords ? ' class="words"' : ''}>`,
    `<caption id="${id}-caption"><span>${escapeMarkup(caption)}</span></caption>`,
    `<thead><tr>${head.join('')}</tr></thead>`,
    ...body,
    '</table>',
    '</div>',
    ...renderNotes(notes),
  ].join('\n')
}

/** Rows with the same first cell are under a heading of their own instead of repeating it. */
function renderGroups({ columns, rows }: Table, notes: readonly string[]): readonly string[] {
  const names = [...new Set(rows.map(([first]) => first?.text ?? ''))]
  const [first, ...shown] = columns
  return names.map((name) => {
    const members = rows.filter(([cell]) => cell?.text === name).map((row) => row.slice(1))
    const title = escapeMarkup(`${first?.title ?? ''} ${name}`.trim())
    const heading = `<tr class="group"><th scope="rowgroup" colspan="${shown.length}"><span>${title}</span></th></tr>`
    return renderBody(members, shown, notes, heading)
  })
}

function renderBody(
  rows: readonly (readonly Cell[])[],
  columns: readonly Column[],
  notes: readonly string[],
  heading = '',
): string {
  const lines = rows.map((row) => {
    const cells = row.map((cell, index) => {
      const content = renderCell(cell, notes)
      if (index === 0) return `<th scope="row">${content}</th>`
      return `<td${toClass(columns[index])}>${content}</td>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  return `<tbody>${heading}${lines.join('\n')}</tbody>`
}

function toClass(column: Column | undefined): string {
  return column?.isNumeric === true ? ' class="number"' : ''
}

function renderCell({ text, detail, verdict, note }: Cell, notes: readonly string[]): string {
  const sign = note === undefined ? '' : toNoteSign(notes.indexOf(note))
  return [
    verdict === undefined ? '' : `<span class="verdict ${verdict.tone}">${verdict.word}</span>`,
    `${escapeMarkup(text)}${sign}`,
    detail === undefined ? '' : `<span class="detail">${escapeMarkup(detail)}</span>`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}

function renderNotes(notes: readonly string[]): readonly string[] {
  if (notes.length === 0) return []
  const items = notes.map((note, index) => `<li>${toNoteSign(index)} ${escapeMarkup(note)}</li>`)
  return [`<ul class="notes">${items.join('')}</ul>`]
}
