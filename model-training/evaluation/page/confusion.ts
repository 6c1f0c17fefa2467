import type { ModelEvaluation } from '../model-evaluation'
import { escapeHtml } from './escape'
import { renderTable, wrap } from './table'

type Matrix = Pick<ModelEvaluation, 'confusion'> & { readonly labels: readonly string[] }

/** More labels than a page can show side by side become a list of what is taken for what. */
const WIDEST = 30
const LONGEST = 50

/** Colours of right and wrong, whose strength is a cell's share of its row; ink stays readable on the strongest. */
const RIGHT = '9,105,218'
const WRONG = '207,34,46'
const STRONGEST = 0.6

/** The confusion matrix as a heat map; where the labels are too many, the most frequent mistakes. */
export function renderConfusion(matrix: Matrix): string {
  return matrix.labels.length > WIDEST ? renderList(matrix) : renderHeat(matrix)
}

function renderHeat({ labels, confusion }: Matrix): string {
  const caption = 'Truth in rows, prediction in columns: photos, and their share of the row'
  const head = labels.map((label) => `<th scope="col">${escapeHtml(label)}</th>`)
  const rows = confusion.map((counts, truth) => {
    const all = counts.reduce((sum, count) => sum + count, 0)
    const cells = counts.map((count, predicted) =>
      renderCell({ count, all, isRight: truth === predicted }),
    )
    return `<tr><th scope="row">${escapeHtml(labels[truth] ?? '')}</th>${cells.join('')}</tr>`
  })
  return wrap(
    caption,
    `<table class="heat">
<caption>${caption}</caption>
<thead><tr><td></td>${head.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table>`,
  )
}

interface CellFacts {
  readonly count: number
  readonly all: number
  readonly isRight: boolean
}

function renderCell({ count, all, isRight }: CellFacts): string {
  if (count === 0) return '<td>0</td>'
  const share = count / all
  const colour = `rgba(${isRight ? RIGHT : WRONG},${(share * STRONGEST).toFixed(3)})`
  return `<td style="background:${colour}">${count}<span>${Math.round(100 * share)} %</span></td>`
}

function renderList({ labels, confusion }: Matrix): string {
  const mistakes = confusion.flatMap((counts, truth) =>
    counts.flatMap((count, predicted) =>
      truth === predicted || count === 0
        ? []
        : [{ truth: labels[truth] ?? '', predicted: labels[predicted] ?? '', count }],
    ),
  )
  const worst = mistakes.sort((a, b) => b.count - a.count).slice(0, LONGEST)
  return renderTable({
    caption: 'What is taken for what most often; evaluation.json has the whole matrix',
    columns: ['Truth', 'Prediction', 'Photos'],
    words: 2,
    rows: worst.map(({ truth, predicted, count }) => [truth, predicted, String(count)]),
  })
}
