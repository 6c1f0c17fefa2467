import { element } from './element'
import { toMs } from './format'
import type { Observation, Summary } from './summary'

const TIMES = ['Round trip', 'Processing', 'Waiting'] as const

/** The medians so far. */
export function toSummaryTable(summaries: readonly Summary[]): HTMLTableElement {
  return toTable(
    'Medians, ms',
    ['Target', ...TIMES, 'Answered'],
    summaries.map(({ target, roundTripMs, processingMs, waitingMs, answered, failed }) =>
      toRow(target.name, [
        ...[roundTripMs, processingMs, waitingMs].map(toMs),
        failed === 0 ? String(answered) : `${answered} of ${answered + failed}`,
      ]),
    ),
  )
}

/** An empty table of requests. */
export const createRowsTable = (): HTMLTableElement =>
  toTable('Every request, the newest first, ms', ['Photo', 'Target', ...TIMES, 'Label'], [])

/** A request's row. */
export function toRequestRow({ number, photo, target, answer }: Observation): HTMLTableRowElement {
  const title = { title: photo }
  const head = element('th', { scope: 'row', class: 'number', ...title }, String(number))
  const name = element('td', {}, target.name)
  if (answer.state === 'failed') {
    const reason = element('td', { colspan: TIMES.length + 1, class: 'error' }, answer.reason)
    return element('tr', {}, head, name, reason)
  }
  const { roundTripMs, processingMs, label } = answer
  const waitingMs = processingMs === undefined ? undefined : roundTripMs - processingMs
  const times = [roundTripMs, processingMs, waitingMs].map((ms) =>
    element('td', { class: 'number' }, toMs(ms)),
  )
  return element('tr', {}, head, name, ...times, element('td', {}, label))
}

function toTable(
  caption: string,
  heads: readonly string[],
  rows: readonly HTMLTableRowElement[],
): HTMLTableElement {
  const words = ['Target', 'Label']
  const cells = heads.map((head) =>
    element('th', { scope: 'col', ...(words.includes(head) ? {} : { class: 'number' }) }, head),
  )
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...cells)),
    element('tbody', {}, ...rows),
  )
}

const toRow = (name: string, values: readonly string[]): HTMLTableRowElement =>
  element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    ...values.map((value) => element('td', { class: 'number' }, value)),
  )
