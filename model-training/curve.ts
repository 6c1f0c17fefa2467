import type * as Plots from '@observablehq/plot' with { 'resolution-mode': 'import' }
import type { EpochLog } from './progress'

type Column = Exclude<keyof EpochLog, 'epoch'>

interface Panel {
  readonly title: string
  readonly columns: readonly (readonly [Column, string])[]
}

const PANELS: readonly Panel[] = [
  { title: 'Loss in training, with all that a teacher adds', columns: [['loss', 'training']] },
  { title: 'Validation loss (nats)', columns: [['validationLoss', 'validation']] },
  {
    title: 'Accuracy',
    columns: [
      ['accuracy', 'training'],
      ['validationAccuracy', 'validation'],
    ],
  },
]

const WIDTH = 640
const HEIGHT = 180
const TOP = 28
const STYLE = `text { font: 12px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600; font-size: 13px }
  svg { color: #59636e } .training { stroke: #bc4c00 } .validation { stroke: #0969da }
  text.training { fill: #bc4c00; stroke: none } text.validation { fill: #0969da; stroke: none }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } svg { color: #9198a1 }
    .training { stroke: #f0883e } .validation { stroke: #4493f8 }
    text.training { fill: #f0883e } text.validation { fill: #4493f8 } }`

/** A self-contained SVG of a training's losses and accuracies, epoch by epoch; readable in light and dark. */
export async function toCurve(log: readonly EpochLog[]): Promise<string> {
  const [Plot, { parseHTML }] = await Promise.all([
    import('@observablehq/plot'),
    import('linkedom'),
  ])
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as {
    readonly document: unknown
  }
  const panels = PANELS.map(({ title, columns }, i) => {
    const plot = Plot.plot(toOptions(Plot, log, { title, columns }, document)) as unknown as {
      readonly outerHTML: string
    }
    const y = i * (HEIGHT + TOP)
    return [
      `<text x="8" y="${y + 18}" class="title">${title}</text>`,
      ...toLegend(columns, y + 18),
      plot.outerHTML.replace('<svg ', `<svg y="${y + TOP}" `).replace(/<style>[^]*?<\/style>/, ''),
    ].join('\n')
  })
  const height = PANELS.length * (HEIGHT + TOP)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="t">
<title id="t">${describe(log)}</title>
<style>${STYLE}</style>
${panels.join('\n')}
</svg>
`
}

function toOptions(
  Plot: typeof Plots,
  log: readonly EpochLog[],
  { columns }: Panel,
  document: unknown,
): Plots.PlotOptions {
  // The project's types have no DOM.
  const options: Omit<Plots.PlotOptions, 'document'> & { readonly document: unknown } = {
    ...{ width: WIDTH, height: HEIGHT, marginLeft: 48, marginRight: 16, className: 'plot' },
    document,
    x: { label: 'epoch', domain: [1, Math.max(2, log.length)] },
    y: { label: null, nice: true },
    marks: [
      Plot.gridY({ strokeOpacity: 0.15 }),
      ...columns.map(([column, name]) =>
        // A line needs two points, a training may have had one epoch.
        log.length > 1
          ? Plot.lineY(log, { x: 'epoch', y: column, strokeWidth: 1.5, className: name })
          : Plot.dot(log, { x: 'epoch', y: column, className: name }),
      ),
    ],
  }
  return options
}

/** Where there is more than one line. */
function toLegend(columns: Panel['columns'], y: number): string[] {
  if (columns.length < 2) return []
  return columns.map(
    ([, name], i) => `<text x="${90 + i * 80}" y="${y}" class="${name}">— ${name}</text>`,
  )
}

function describe(log: readonly EpochLog[]): string {
  const best = Math.min(...log.map(({ validationLoss }) => validationLoss))
  const last = log.at(-1)
  return (
    `Training of ${log.length} epochs: lowest validation loss ${best.toFixed(3)}, ` +
    `validation accuracy at the end ${(last?.validationAccuracy ?? Number.NaN).toFixed(3)}`
  )
}
