import { drawChart } from './chart'
import { drawing, element, find } from './element'
import { drawSign, toLook } from './look'
import type { Target } from './setup'
import { summarise, toRatio } from './summary'
import type { Observation } from './summary'
import { createRowsTable, toRequestRow, toSummaryTable } from './tables'

/** What a run shows while it goes on. */
export interface Results {
  /** Begins anew, for so many photos. */
  begin(count: number): void
  add(observation: Observation): void
  /** Draws what is still to be drawn, and tells the medians in words. */
  end(): string
}

/** The results below the controls; they are drawn at most once a frame. */
export function createResults(targets: readonly Target[]): Results {
  const chart = find('chart', HTMLDivElement)
  const summary = find('summary', HTMLDivElement)
  const rows = find('rows', HTMLDivElement)
  const ratio = find('ratio', HTMLParagraphElement)
  const progress = find('progress', HTMLProgressElement)
  let observations: Observation[] = []
  let count = 0
  let isDue = false
  find('legend', HTMLSpanElement).append(...targets.map((target) => toEntry(targets, target)))

  function draw(): void {
    isDue = false
    const width = Math.max(240, Math.floor(chart.clientWidth))
    chart.replaceChildren(drawChart({ targets, observations, count, width }))
    const summaries = summarise(targets, observations)
    summary.replaceChildren(toSummaryTable(summaries))
    const words = toRatio(summaries)
    ratio.textContent = words === undefined ? '' : `Round trip, ${words}`
    progress.value = observations.length / Math.max(1, count * targets.length)
  }

  function drawSoon(): void {
    if (isDue) return
    isDue = true
    requestAnimationFrame(draw)
  }

  new ResizeObserver(drawSoon).observe(chart)
  return {
    begin(next) {
      observations = []
      count = next
      find('results', HTMLDivElement).hidden = false
      rows.replaceChildren(createRowsTable())
      draw()
    },
    add(observation) {
      observations.push(observation)
      rows.querySelector('tbody')?.prepend(toRequestRow(observation))
      drawSoon()
    },
    end() {
      draw()
      const summaries = summarise(targets, observations)
      const medians = summaries.flatMap(({ target, roundTripMs }) =>
        roundTripMs === undefined ? [] : [`${target.name} ${roundTripMs.toFixed(1)} ms`],
      )
      return medians.length === 0 ? 'nobody answered' : `median ${medians.join(', ')}`
    },
  }
}

function toEntry(targets: readonly Target[], { name }: Target): HTMLElement {
  const sign = drawing(
    'svg',
    { width: 12, height: 12, viewBox: '0 0 12 12', 'aria-hidden': 'true' },
    drawSign(toLook(targets, name), 6, 6),
  )
  return element('span', {}, sign, ` ${name}`)
}
