import type { Markish } from '@observablehq/plot' with { 'resolution-mode': 'import' }
import { toFigure } from '../format'
import type { Group } from '../report'
import { toName } from '../targets'
import type { Findings } from '../targets'
import { FRAME, toLevelScale, toTimeScale } from './axes'
import { toShift } from './canvas'
import type { Canvas } from './canvas'
import type { FigureGroup } from './figure'
import { toLooks } from './looks'
import type { Look } from './looks'
import { toExtent, widen } from './ticks'

type Answered = Group & { readonly mean: number }

interface Series {
  readonly look: Look
  readonly groups: readonly Answered[]
}

/** The paper's groups: mean response time, from the fastest to the slowest. */
export function toGroupFigures(findings: Findings, canvas: Canvas): FigureGroup {
  const series = toLooks(findings)
    .map((look) => ({ look, groups: toAnswered(findings, look.target) }))
    .filter(({ groups }) => groups.length > 0)
  return {
    section: 'paper',
    title: 'Groups of simultaneous requests',
    legend: 'targets',
    reading:
      'Signs: mean response time of a group. Bars: from its fastest to its slowest request (no intervals). The time axis is logarithmic.',
    figures:
      series.length === 0
        ? []
        : [{ title: 'Mean, fastest and slowest response, ms', svg: drawGroups(canvas, series) }],
  }
}

function toAnswered({ paper }: Findings, target: string): readonly Answered[] {
  return (paper?.groups ?? [])
    .filter((group): group is Answered => group.target === target && (group.mean ?? 0) > 0)
    .sort((one, other) => one.concurrency - other.concurrency)
}

function drawGroups({ Plot, draw }: Canvas, series: readonly Series[]): string {
  const groups = series.flatMap((of) => of.groups)
  const times = groups.flatMap(({ mean, fastest, slowest }) => [mean, fastest, slowest])
  const extent = toExtent(times.filter((time) => time !== null && time > 0))
  const range = widen(extent ?? { least: 1, most: 10 }, 1.15)
  const levels = [...new Set(groups.map(({ concurrency }) => concurrency))]
  return draw(describe(series), {
    ...FRAME,
    x: toLevelScale(
      levels.sort((one, other) => one - other),
      'simultaneous requests',
    ),
    y: toTimeScale(range),
    marks: series.flatMap(({ look, groups: of }, index): Markish[] => {
      const { color, symbol } = look
      const dx = toShift(index, series.length)
      return [
        Plot.ruleX(of, {
          x: 'concurrency',
          y1: ({ fastest, mean }: Answered) => (fastest !== null && fastest > 0 ? fastest : mean),
          y2: ({ slowest, mean }: Answered) => slowest ?? mean,
          dx,
          stroke: color,
          strokeWidth: 3,
          strokeOpacity: 0.45,
        }),
        Plot.dot(of, {
          x: 'concurrency',
          y: 'mean',
          dx,
          fill: color,
          stroke: 'var(--page)',
          symbol,
          r: 4.5,
        }),
      ]
    }),
  })
}

function describe(series: readonly Series[]): string {
  const sentences = series.map(({ look, groups }) => {
    const points = groups.map(({ concurrency, mean }) => `${toFigure(mean)} of ${concurrency}`)
    return `${toName(look.target)} ${points.join(', ')}`
  })
  return `Mean response time in ms of groups of simultaneous requests, with the fastest and the slowest: ${sentences.join('; ')}.`
}
