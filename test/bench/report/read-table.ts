/** As much of an element as tests ask for; the project's types have no DOM. */
export interface Element {
  readonly textContent: string
  readonly localName: string
  readonly id: string
  getAttribute(name: string): string | null
  hasAttribute(name: string): boolean
  querySelector(selector: string): Element | null
  querySelectorAll(selector: string): Iterable<Element>
}

/** Parses a page. */
export async function parsePage(html: string): Promise<Element> {
  const { parseHTML } = await import('linkedom')
  return (parseHTML(html) as unknown as { readonly document: Element }).document
}

/** The rows of the table of a page, without its headings of groups. */
export function readHtmlTable(page: Element, id: string): string[][] {
  const caption = page.querySelector(`#${id}-caption`)
  if (caption === null) throw new Error(`There is no table ${id}`)
  const tables = Array.from(page.querySelectorAll('table'))
  const table = tables.find((of) => of.querySelector('caption')?.id === `${id}-caption`)!
  return Array.from(table.querySelectorAll('tr'), (row) =>
    Array.from(row.querySelectorAll('th, td'), ({ textContent }) => textContent.trim()),
  )
}

/** The rows of the table below this heading. */
export function readMarkdownTable(markdown: string, caption: string): string[][] {
  const lines = markdown.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`### ${caption}`))
  if (start < 0) throw new Error(`There is no table ${caption}`)
  const rows = lines.slice(start + 2)
  const end = rows.findIndex((line) => !line.startsWith('|'))
  return rows.slice(0, end < 0 ? undefined : end).map(toCells)
}

/** The cells of a line of a table: a pipe after a backslash separates nothing. */
export function toCells(line: string): string[] {
  const cells = line.match(/(?:[^|\\]|\\.)+/g) ?? []
  return cells.map((cell) => cell.trim())
}

/** The row whose first cells are these. */
export function rowOf(rows: readonly string[][], ...first: string[]): string[] {
  const row = rows.find((cells) => first.every((text, i) => cells[i] === text))
  if (row === undefined) throw new Error(`There is no row ${first.join(', ')}`)
  return row
}
