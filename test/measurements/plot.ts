/** One horizontal bar: what decoding and predicting cost, and what everything around them does. */
interface Bar {
  readonly title: string
  readonly decodeAndPredictCpuMs: number
  readonly outsideCpuMs: number
}

const WIDTH = 720
const LEFT = 200
const ROW = 44
const TOP = 56
const STYLE = `
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .core { fill: #0969da } .outside { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .core { fill: #4493f8 } .outside { fill: #f0883e } }`

/** A self-contained SVG of CPU ms a request, readable in light and dark. */
export function toSvg(bars: readonly Bar[]): string {
  const longest = Math.max(...bars.map((bar) => bar.decodeAndPredictCpuMs + bar.outsideCpuMs))
  const scale = (WIDTH - LEFT - 100) / longest
  const height = TOP + bars.length * ROW + 16
  const rows = bars.map((bar, i) => toRow(bar, TOP + i * ROW, scale))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="t">
<title id="t">CPU time of one request, in ms</title>
<style>${STYLE}
</style>
<text x="8" y="22" class="title">CPU time of one request (400 x 300 photo), ms</text>
<rect x="${LEFT}" y="32" width="12" height="12" class="core"/><text x="${LEFT + 18}" y="43">decode + predict</text>
<rect x="${LEFT + 160}" y="32" width="12" height="12" class="outside"/><text x="${LEFT + 178}" y="43">everything else</text>
${rows.join('\n')}
</svg>
`
}

function toRow(
  { title, decodeAndPredictCpuMs, outsideCpuMs }: Bar,
  y: number,
  scale: number,
): string {
  const core = decodeAndPredictCpuMs * scale
  const outside = Math.max(0, outsideCpuMs) * scale
  const total = decodeAndPredictCpuMs + outsideCpuMs
  return `<text x="8" y="${y + 21}">${title}</text>
<rect x="${LEFT}" y="${y + 4}" width="${core.toFixed(1)}" height="26" class="core"/>
<rect x="${(LEFT + core).toFixed(1)}" y="${y + 4}" width="${outside.toFixed(1)}" height="26" class="outside"/>
<text x="${(LEFT + core + outside + 8).toFixed(1)}" y="${y + 22}">${total.toFixed(2)}</text>`
}
