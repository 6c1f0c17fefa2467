import type { Condition } from './account'
import { PARTS } from './parts'
import type { Part } from './parts'

/** By part, in light and in dark; neighbours differ in lightness, too, for those who see few colours. */
const COLOURS: Readonly<Record<Part, readonly [light: string, dark: string]>> = {
  decode: ['#0550ae', '#388bfd'],
  normalise: ['#54aeff', '#a5d6ff'],
  predict: ['#116329', '#3fb950'],
  http: ['#bc4c00', '#f0883e'],
  handOver: ['#eac54f', '#f2cc60'],
  serialise: ['#8250df', '#a371f7'],
  logAndMetrics: ['#e0a3f5', '#e2c5ff'],
  garbageCollection: ['#82071e', '#f85149'],
  eventLoop: ['#ff9492', '#ffc1ba'],
  waking: ['#0d4d4f', '#1b7c83'],
  helperThreads: ['#57606a', '#8b949e'],
  other: ['#afb8c1', '#d0d7de'],
}

const WIDTH = 760
const LEFT = 100
const ROW = 40
const TOP = 36
const BAR = 26
const LEGEND_ROW = 20
const PARTS_IN_ORDER = Object.keys(PARTS) as readonly Part[]

/** A self-contained SVG: a bar a number of connections, of the parts of a request's CPU time. */
export function toRequestSvg(summary: readonly Condition[]): string {
  const scale = (WIDTH - LEFT - 90) / Math.max(...summary.map(({ sumMs }) => sumMs))
  const legendTop = TOP + summary.length * ROW + 16
  const height = legendTop + (PARTS_IN_ORDER.length + 1) * LEGEND_ROW + 8
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="t">
<title id="t">Where the CPU time of one request goes, in ms</title>
<style>${toStyle()}
</style>
<text x="8" y="22" class="title">Where the CPU time of one request goes, ms</text>
${summary.map((condition, i) => toBar(condition, TOP + i * ROW, scale)).join('\n')}
${toLegend(summary, legendTop)}
</svg>
`
}

function toStyle(): string {
  const fills = (tone: 0 | 1): string =>
    PARTS_IN_ORDER.map((part) => `.${part} { fill: ${COLOURS[part][tone]} }`).join(' ')
  return `
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .number { text-anchor: end }
  ${fills(0)}
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } ${fills(1)} }`
}

function toBar({ connections, parts, sumMs }: Condition, y: number, scale: number): string {
  let x = LEFT
  const rects = parts.map(({ part, value }) => {
    const from = x
    x += value * scale
    return `<rect x="${from.toFixed(1)}" y="${y}" width="${(x - from).toFixed(1)}" height="${BAR}" class="${part}"/>`
  })
  return `<text x="8" y="${y + 18}">${connections} at once</text>
${rects.join('\n')}
<text x="${(x + 8).toFixed(1)}" y="${y + 18}">${sumMs.toFixed(2)}</text>`
}

/** Each part's name and its ms in each of the bars. */
function toLegend(summary: readonly Condition[], top: number): string {
  const columns = summary.map((_, i) => WIDTH - 90 - (summary.length - 1 - i) * 90)
  const head = summary.map(
    ({ connections }, i) =>
      `<text x="${columns[i]}" y="${top}" class="number">${connections} at once</text>`,
  )
  const rows = PARTS_IN_ORDER.map((part, row) => {
    const y = top + (row + 1) * LEGEND_ROW
    const values = summary.map(({ parts }, i) => {
      const value = parts.find((each) => each.part === part)?.value ?? 0
      return `<text x="${columns[i]}" y="${y}" class="number">${value.toFixed(2)}</text>`
    })
    return `<rect x="8" y="${y - 11}" width="12" height="12" class="${part}"/><text x="28" y="${y}">${PARTS[part]}</text>${values.join('')}`
  })
  return [...head, ...rows].join('\n')
}
