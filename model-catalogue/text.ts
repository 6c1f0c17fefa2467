import type { ModelCard } from '../inference/index'
import type { Added } from './add'
import type { EntryFacts } from './list'

const COLUMNS = ['name', 'labels', 'parameters', 'bytes', 'input', 'sha256', 'licence'] as const

/** Labels that are worth reading one by one. */
const MAX_LABELS = 20

/** A line a model, below the names of the columns. */
export function toTable(models: readonly EntryFacts[]): string {
  const rows = [COLUMNS, ...models.map(toRow)]
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows.map((row) => toLine(row, widths)).join('')
}

const NUMBERS: readonly string[] = ['labels', 'parameters', 'bytes']

function toLine(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((text, at) => {
    const width = widths[at] ?? 0
    return NUMBERS.includes(COLUMNS[at] ?? '') ? text.padStart(width) : text.padEnd(width)
  })
  return `${cells.join('  ').trimEnd()}\n`
}

function toRow({ model: { card, weights }, parameters }: EntryFacts): readonly string[] {
  return [
    card.name,
    String(card.labels.length),
    String(parameters),
    String(weights.byteLength),
    `${card.input.width}x${card.input.height}`,
    card.sha256.slice(0, 12),
    card.licence ?? '-',
  ]
}

/** All of one model, a line a fact. */
export function toDetails(folder: string, { model, parameters }: EntryFacts): string {
  const { card, format, weights } = model
  const { labels, input, output = 'probabilities' } = card
  const rest = labels.length > MAX_LABELS ? `; … (${labels.length} in all)` : ''
  const { source } = card
  return toLines([
    ['name', card.name === folder ? card.name : `${card.name} (in the folder ${folder})`],
    ['format', format],
    ['labels', labels.slice(0, MAX_LABELS).join('; ') + rest],
    ['input', `${input.width}x${input.height}, ${toNormalisation(input)}`],
    ['output', output],
    ['parameters', String(parameters)],
    ['bytes', String(weights.byteLength)],
    ['sha256', card.sha256],
    ['licence', card.licence ?? 'not told'],
    ['source', typeof source === 'string' ? source : 'not told'],
    ...Object.entries(card.files).map(([file, sum]) => [file, sum] as const),
  ])
}

/** What `add` made. */
export function toAdded({ folder, card, engine }: Added): string {
  return (
    `${folder}: ${card.labels.length} labels, ${card.input.width}x${card.input.height}, ` +
    `${toNormalisation(card.input)}, verified with ${engine}\n` +
    `MODEL=${card.name} npm start\n`
  )
}

function toNormalisation({
  scale,
  offset,
  channelOrder = 'rgb',
  layout = 'nhwc',
}: ModelCard['input']): string {
  const words = (value: number | readonly number[]): string => [value].flat().join(',')
  return `value * ${words(scale)} + ${words(offset)}, ${channelOrder}, ${layout}`
}

function toLines(facts: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length))
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('')
}
