import { escapeMarkup } from './escape'
import { toShort } from './format'
import { createCanvas } from './plots/canvas'
import type { Canvas } from './plots/canvas'
import { drawAgainstRate, OPEN_LOOP_VALUES } from './plots/open-loop'
import { DARK, LIGHT, toLooks } from './plots/looks'
import type { Look } from './plots/looks'
import { drawResponseTimes, toSeries } from './plots/response-time'
import { drawShape } from './plots/sign'
import { drawValues } from './plots/values'
import type { Report } from './report'
import { toTitle } from './sections'
import { toLevels, toName } from './targets'

const WIDTH = 720
const HEIGHT = 384
const MARGIN = 20
const PLOTS_AT = 90
/** Of a row of the legend beyond the first. */
const ROW = 20

const STYLE = `:root { ${LIGHT} --invalid: #b3261e; font-family: system-ui, sans-serif; color: var(--ink); }
@media (prefers-color-scheme: dark) { :root { ${DARK} --invalid: #ff8f87; } }
svg { font-family: inherit; color: var(--ink); }
text { fill: currentColor; }
.title { font-size: 17px; font-weight: 600; }
.panel { font-size: 13px; font-weight: 600; }
.key, .foot { font-size: 12px; }
.foot { fill: var(--quiet); }
.invalid { fill: var(--invalid); font-weight: 700; }
.plot { font-size: 12px; }`

/**
 * One SVG file for a README: p50 against concurrency, and what a request costs in CPU; of the open loop CPU and memory
 * against the rate. Reads on light and dark.
 */
export async function toPicture(report: Report): Promise<string> {
  const canvas = await createCanvas()
  const legend = toLegend(toLooks(report))
  const lower = (legend.rows - 1) * ROW
  const height = HEIGHT + lower
  const description = `${toHeading(report)}. ${toFoot(report)}`
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escapeMarkup(description)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="var(--page)"/>`,
    text(MARGIN, 32, toShort(toHeading(report), 70), report.valid ? 'title' : 'title invalid'),
    ...legend.entries,
    ...toPanels(report, canvas, PLOTS_AT + lower),
    text(MARGIN, height - 14, toFoot(report), report.valid ? 'foot' : 'foot invalid'),
    '</svg>',
  ].join('\n')}\n`
}

function toHeading(report: Report): string {
  return report.valid ? toTitle(report) : `INVALID: ${toTitle(report)}`
}

function toFoot({ valid, plan, profile, seed }: Report): string {
  if (!valid) return 'INVALID: no figure of this run may be trusted.'
  if (plan.openLoop !== undefined) {
    const arrivals = plan.openLoop.arrivals === 'constant' ? 'constant' : 'Poisson'
    return `Open loop, ${arrivals} arrivals, ${plan.blocks} blocks of ${plan.openLoop.duration / 1000} s. Seed ${seed}.`
  }
  return `Closed loop, 95 % intervals over ${plan.blocks} blocks. Profile ${profile}, seed ${seed}.`
}

function toLegend(looks: readonly Look[]): {
  readonly entries: readonly string[]
  readonly rows: number
} {
  let [x, row] = [MARGIN, 0]
  const entries = looks.map((look) => {
    const name = toShort(toName(look.target).replace(/^the /, ''), 34)
    // Without a browser the width of a text can only be guessed.
    const width = 24 + Array.from(name).length * 7
    if (x > MARGIN && x + width > WIDTH) {
      x = MARGIN
      row++
    }
    const place = `translate(${x - 8},${46 + row * ROW})`
    x += width + 14
    return `<g transform="${place}">${drawShape(look)}${text(24, 10, name, 'key')}</g>`
  })
  return { entries, rows: row + 1 }
}

interface Panel {
  readonly title: string
  readonly svg: string | null
}

function toPanels(report: Report, canvas: Canvas, top: number): readonly string[] {
  const panels =
    report.openLoop === undefined
      ? toClosedLoopPanels(report, canvas)
      : OPEN_LOOP_VALUES.slice(0, 2).map(({ title, toValue }) => ({
          title,
          svg: drawAgainstRate(canvas, report, { title, toValue }),
        }))
  return panels.flatMap(({ title, svg }, index) => {
    const x = MARGIN - 6 + index * (WIDTH / 2 - 4)
    return [
      text(x + 6, top, title, 'panel'),
      svg === null
        ? text(x + 6, top + 40, 'not known', 'foot')
        : svg.replace('<svg ', `<svg x="${x}" y="${top + 6}" `),
    ]
  })
}

function toClosedLoopPanels(report: Report, canvas: Canvas): readonly Panel[] {
  const levels = toLevels(report)
  const series = toSeries(report, 'p90').map((of) => ({ ...of, tails: [] }))
  return [
    {
      title: 'Response time, p50, ms (logarithmic)',
      svg: drawResponseTimes(canvas, series, levels),
    },
    {
      title: 'CPU a request, ms',
      svg: drawValues(canvas, report, {
        title: 'CPU of a request in ms',
        toValue: ({ cpuMsPerRequest }) => cpuMsPerRequest,
      }),
    },
  ]
}

function text(x: number, y: number, content: string, name: string): string {
  return `<text x="${x}" y="${y}" class="${name}">${escapeMarkup(content)}</text>`
}
