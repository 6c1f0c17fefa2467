import { LABELS } from '../inference/index'
import { countBy } from './data/count-by'
import { SPLITS } from './data/entry'
import { toTierName } from './data/licence-tiers'
import type { UnlabelledDataset, UnlabelledEntry } from './data/read-unlabelled'
import type { Dataset } from './dataset'
import { toExclusionLines } from './log'

const ORIGINS: Readonly<Record<Dataset['origin'], string>> = {
  manifest: 'labels and split by manifest.csv',
  folders: 'labels by folder, split by seed',
  yelp: 'labels by the Yelp Open Dataset, split by business and seed',
}

const EXAMPLES = 3

/** Rows of a table of sources; the rest are counted. */
const MOST_SOURCES = 30

/** All that a person may want to know of data before training on them, in lines. */
export function toDatasetReport(
  dataset: Dataset,
  unlabelled?: Pick<UnlabelledDataset, 'entries' | 'excluded'>,
): string[] {
  const { entries, excluded, warnings, origin } = dataset
  return [
    `Photos: ${ORIGINS[origin]}`,
    ...toTable(entries, ({ label }) => label, LABELS),
    'Licence tiers',
    ...toTable(entries, toTier),
    'Sources',
    ...toTable(entries, toSource),
    ...toSection('Left out', toExclusionLines(excluded, EXAMPLES)),
    ...toSection('Warnings', warnings),
    ...(unlabelled === undefined ? [] : reportUnlabelled(unlabelled)),
  ]
}

const toTier = ({ tier }: UnlabelledEntry): string => toTierName(tier)
const toSource = ({ source }: UnlabelledEntry): string =>
  source === undefined || source === '' ? 'unknown' : source

function reportUnlabelled({
  entries,
  excluded,
}: Pick<UnlabelledDataset, 'entries' | 'excluded'>): string[] {
  const toLines = (toKey: (entry: UnlabelledEntry) => string) =>
    Object.entries(countBy(entries, toKey)).map(([key, photos]) => `${key}: ${photos}`)
  return [
    `Photos without labels: ${entries.length}`,
    ...toSection('Licence tiers', toLines(toTier)),
    ...toSection('Sources', toLines(toSource)),
    ...toSection('Left out', toExclusionLines(excluded, EXAMPLES)),
  ]
}

function toSection(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]
}

/** Counts by key and part, the most frequent keys first unless their order is given. */
function toTable(
  entries: Dataset['entries'],
  toKey: (entry: Dataset['entries'][number]) => string,
  order?: readonly string[],
): string[] {
  const totals = countBy(entries, toKey, order)
  const keys = order ?? Object.keys(totals).sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0))
  const shown = keys.slice(0, MOST_SOURCES)
  const toCells = (name: string, own: Dataset['entries']): string[] => {
    const counts = SPLITS.map((split) => own.filter((entry) => entry.split === split).length)
    return [name, ...[...counts, own.length].map(String)]
  }
  const rows = [
    ['', ...SPLITS, 'all'],
    ...shown.map((key) =>
      toCells(
        key,
        entries.filter((entry) => toKey(entry) === key),
      ),
    ),
    toCells('all', entries),
  ]
  const width = Math.max(...rows.map(([name = '']) => name.length))
  const lines = rows.map(
    ([name = '', ...cells]) =>
      `  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(8)).join('')}`,
  )
  const rest = keys.length - shown.length
  return rest > 0 ? [...lines, `  (and ${rest} more, counted in all)`] : lines
}
