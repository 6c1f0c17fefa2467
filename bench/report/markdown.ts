import { toLead, toSentence } from './format'
import type { Report } from './report'
import { toSections, toSubtitle, toTitle } from './sections'
import { toNotes, toNoteSign } from './table'
import type { Cell, Section, Table } from './table'

/** The report for a README, an issue or a terminal: GitHub-flavoured Markdown. */
export function toMarkdown(report: Report): string {
  const parts = [
    `# ${escape(toTitle(report))}`,
    escape(toSubtitle(report)),
    ...toValidity(report),
    '## Which should I run?',
    toAdviceParagraph(report.advice),
    ...toSections(report).flatMap(renderSection),
  ]
  return `${parts.join('\n\n')}\n`
}

function toValidity({ valid, invalidReasons, warnings }: Report): readonly string[] {
  return [
    valid
      ? '**VALID** No reason was found to distrust the figures.'
      : '**INVALID: no figure of this run may be trusted.**',
    ...toList(invalidReasons),
    ...(warnings.length === 0 ? [] : ['Warnings:', ...toList(warnings)]),
  ]
}

function toAdviceParagraph(advice: string): string {
  const [first, others] = toLead(advice)
  return `**${escape(first)}** ${escape(others)}`.trim()
}

function toList(items: readonly string[]): readonly string[] {
  if (items.length === 0) return []
  return [items.map((item) => `- ${escape(toSentence(item))}`).join('\n')]
}

/** A part of a report. */
export function renderSection({ title, paragraphs, command, tables }: Section): readonly string[] {
  return [
    `## ${escape(title)}`,
    ...paragraphs.map(escape),
    ...(command === undefined ? [] : [`\`\`\`sh\n${command}\n\`\`\``]),
    ...tables.flatMap(renderTable),
  ]
}

function renderTable(table: Table): readonly string[] {
  const { caption, columns, rows } = table
  const notes = toNotes(table)
  const body = rows.map((row) => row.map((cell) => renderCell(cell, notes)))
  const lines = [columns.map(({ title }) => escape(title)), ...body]
  const widths = columns.map((_, column) =>
    Math.max(3, ...lines.map((line) => toWidth(line[column] ?? ''))),
  )
  const rule = columns.map(({ isNumeric }, column) => {
    const width = widths[column] ?? 3
    return isNumeric ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)
  })
  const pad = (line: readonly string[]): string =>
    toRow(line.map((text, column) => fill(text, widths[column] ?? 3, columns[column]?.isNumeric)))
  const [head = [], ...others] = lines
  return [
    `### ${escape(caption)}`,
    [pad(head), toRow(rule), ...others.map(pad)].join('\n'),
    ...renderNotes(notes),
  ]
}

function renderCell({ text, detail, verdict, note }: Cell, notes: readonly string[]): string {
  const sign = note === undefined ? '' : toNoteSign(notes.indexOf(note))
  const parts = [text, detail === undefined ? '' : `(${detail})`, verdict?.word ?? '']
  return `${parts
    .filter((part) => part !== '')
    .map(escape)
    .join(' ')}${sign}`
}

function renderNotes(notes: readonly string[]): readonly string[] {
  if (notes.length === 0) return []
  return [notes.map((note, index) => `${toNoteSign(index)} ${escape(note)}`).join('<br>\n')]
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function fill(text: string, width: number, atEnd = false): string {
  const gap = ' '.repeat(width - toWidth(text))
  return atEnd ? `${gap}${text}` : `${text}${gap}`
}

function toWidth(text: string): number {
  return Array.from(text).length
}

/**
 * Nothing in a text may act as Markdown or HTML, nor as GitHub's own `@user`, `#1` and `$math$`. What stands for
 * itself within a word or a number stays readable: `a-b`, `1.5`.
 */
function escape(text: string): string {
  return text
    .replace(/[\\`*_[\]<>|~$&]/g, '\\$&')
    .replace(/#(?=\w)/g, '\\#')
    .replace(/@/g, '&#64;')
    .replace(/:\/\//g, '&#58;//')
    .replace(/^(?=[#=]|[-+]([-+\s]|$))/, '\\')
    .replace(/^(\d+)(?=[.)](\s|$))/, '$1\\')
}
