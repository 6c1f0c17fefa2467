import { escapeHtml } from './escape'

/** A table of text, its first column being the rows' names. */
export interface PageTable {
  readonly caption: string
  readonly columns: readonly string[]
  /** How many columns from the left are words; the others are numbers. */
  readonly words: number
  readonly rows: readonly (readonly string[])[]
}

/** A table in a box of its own that scrolls, so that the page does not. */
export function renderTable({ caption, columns, words, rows }: PageTable): string {
  const toClass = (i: number): string => (i < words ? '' : ' class="number"')
  const head = columns.map((title, i) => `<th scope="col"${toClass(i)}>${escapeHtml(title)}</th>`)
  const body = rows.map((row) => {
    const cells = row.map((cell, i) =>
      i === 0
        ? `<th scope="row">${escapeHtml(cell)}</th>`
        : `<td${toClass(i)}>${escapeHtml(cell)}</td>`,
    )
    return `<tr>${cells.join('')}</tr>`
  })
  return wrap(
    caption,
    `<table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody>
</table>`,
  )
}

/** The box around a table; a keyboard can scroll it. */
export const wrap = (name: string, table: string): string =>
  `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(name)}">${table}</div>`
