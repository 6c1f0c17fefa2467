import { escapeMarkup } from '../../../bench/report/escape'
import { createCanvas } from '../../../bench/report/plots/canvas'
import type { Canvas } from '../../../bench/report/plots/canvas'
import { FRAME, toLevelScale, toTimeScale } from '../../../bench/report/plots/axes'
import { DARK, LIGHT } from '../../../bench/report/plots/looks'
import type { Look } from '../../../bench/report/plots/looks'
import { drawSign } from '../../../bench/report/plots/sign'
import { toExtent, widen } from '../../../bench/report/plots/ticks'
import type { Reported } from './measured'
import { LOADERS, TITLES } from './servers'
import type { LoaderName } from './servers'
import type { Findings, ServerFindings } from './summarise'
import { QUANTILES } from './summarise'

interface Series {
  readonly look: Look
  readonly values: Reported
}

/** Drawn of all who measured: the others are in the tables. */
const DRAWN: readonly LoaderName[] = ['open-constant', 'closed', 'rate-corrected', 'vegeta']
const TRUTH = 'what users wait'
const SLOTS: readonly Omit<Look, 'target'>[] = [
  { color: 'var(--target-4)', symbol: 'square', dash: 'none' },
  { color: 'var(--target-1)', symbol: 'circle', dash: '7 3' },
  { color: 'var(--target-2)', symbol: 'triangle', dash: '2 3' },
  { color: 'var(--target-3)', symbol: 'diamond2', dash: '8 3 2 3' },
  { color: 'var(--target-5)', symbol: 'star', dash: '1 3' },
]
const LOOKS: readonly Look[] = [TRUTH, ...DRAWN.map((name) => LOADERS[name])].map(
  (target, index) => ({ target, ...SLOTS[index]! }),
)
const WIDTH = 720
const MARGIN = 20
const TOP = 66
const LEGEND_ROW = 20
const PANEL = 290

const STYLE = `:root { ${LIGHT} font-family: system-ui, sans-serif; color: var(--ink); }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
svg { font-family: inherit; color: var(--ink); }
text { fill: currentColor; }
.title { font-size: 17px; font-weight: 600; }
.panel { font-size: 13px; font-weight: 600; }
.key { font-size: 12px; }
.plot { font-size: 12px; }`

/** A self-contained SVG: a panel a server, a line a loader over the quantiles. Reads on light and dark. */
export async function toOpenLoopSvg({ servers }: Findings): Promise<string> {
  const canvas = await createCanvas()
  // The legend has the place after the last panel.
  const height = TOP + Math.ceil((servers.length + 1) / 2) * PANEL
  const [legendX, legendY] = toPlace(servers.length)
  const title = 'The same servers, as users meet them and as each loader reports them'
  const panels = servers.map((server, index) => {
    const [x, y] = toPlace(index)
    return [
      toText(x, y, toShortTitle(server), 'panel'),
      draw(canvas, server).replace('<svg ', `<svg x="${x - 6}" y="${y + 6}" `),
    ].join('\n')
  })
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escapeMarkup(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="var(--page)"/>`,
    toText(MARGIN, 32, title, 'title'),
    toText(legendX, legendY + 20, 'Response time by quantile, ms (logarithmic)', 'key'),
    ...LOOKS.map((look, row) => {
      const y = legendY + (row + 2) * LEGEND_ROW
      return `<g transform="translate(${legendX},${y})">${drawSign(look)}${toText(36, 10, look.target, 'key')}</g>`
    }),
    ...panels,
    '</svg>',
  ].join('\n')}\n`
}

/** Of a panel, two in a row. */
const toPlace = (index: number): readonly [x: number, y: number] => [
  MARGIN + (index % 2) * (WIDTH / 2 - 8),
  TOP + Math.floor(index / 2) * PANEL,
]

const SHORT_TITLES = {
  fixed: 'Each takes 50 ms',
  'rare-stalls': 'Each takes 10 ms, every 50th 500 ms',
  'server-wide-stalls': '10 ms, every 3 s nobody for 400 ms',
} as const
const toShortTitle = ({ server }: ServerFindings): string => SHORT_TITLES[server]

const toText = (x: number, y: number, content: string, name: string): string =>
  `<text x="${x}" y="${y}" class="${name}">${escapeMarkup(content)}</text>`

function draw({ Plot, draw: toSvg }: Canvas, findings: ServerFindings): string {
  const series = toSeries(findings)
  const all = series.flatMap(({ values }) => QUANTILES.map((name) => values[name] ?? null))
  const extent = toExtent(all.filter((value) => value !== null && value > 0))
  const { least, most } = widen(extent ?? { least: 1, most: 10 }, 1.3)
  const quantiles = QUANTILES as unknown as readonly number[]
  return toSvg(describe(findings, series), {
    ...FRAME,
    x: toLevelScale(quantiles, ''),
    y: toTimeScale({ least, most }),
    marks: series.flatMap(({ look, values }) => {
      const points = QUANTILES.map((name) => ({ name, value: values[name] }))
      return [
        Plot.line(points, {
          ...{ x: 'name', y: 'value', stroke: look.color },
          strokeWidth: look.target === TRUTH ? 5 : 1.75,
          strokeDasharray: look.dash,
        }),
        Plot.dot(points, {
          ...{ x: 'name', y: 'value', fill: look.color, stroke: 'var(--page)' },
          ...{ symbol: look.symbol, r: 4 },
        }),
      ]
    }),
  })
}

function toSeries({ truth, loaders }: ServerFindings): readonly Series[] {
  const drawn = DRAWN.flatMap((name, index) => {
    const found = loaders.find(({ loader }) => loader === name)
    return found === undefined ? [] : [{ look: LOOKS[index + 1]!, values: found.said }]
  })
  return [{ look: LOOKS[0]!, values: truth.constant }, ...drawn]
}

function describe({ server }: ServerFindings, series: readonly Series[]): string {
  const sentences = series.map(({ look, values }) => {
    const [p50, p99] = [values['p50'], values['p99']].map((ms) => ms?.toFixed(1) ?? '')
    return `${look.target}: p50 ${p50 ?? ''} ms, p99 ${p99 ?? ''} ms`
  })
  return `${TITLES[server]}. ${sentences.join('; ')}.`
}
