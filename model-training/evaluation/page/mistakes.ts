import { toThree } from '../format'
import type { ModelEvaluation } from '../model-evaluation'
import type { Thumbnails } from '../thumbnails'
import { escapeHtml } from './escape'

/** The worst mistakes, with their thumbnails where there are some. */
export function renderMistakes(
  mistakes: ModelEvaluation['mistakes'],
  thumbnails: Thumbnails,
): string {
  if (mistakes.length === 0) return '<p>There is none.</p>'
  const items = mistakes.map(({ file, label, predicted, probability, labelProbability }) => {
    const source = thumbnails.get(file)
    const image =
      source === undefined ? '' : `<img src="${escapeHtml(source)}" alt="${escapeHtml(file)}">`
    return (
      `<li>${image}<strong>${escapeHtml(predicted)} ${toThree(probability)}</strong>` +
      `is ${escapeHtml(label)} (${toThree(labelProbability)})<span>${escapeHtml(file)}</span></li>`
    )
  })
  return `<ul class="mistakes">${items.join('\n')}</ul>`
}
