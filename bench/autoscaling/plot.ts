import { escapeMarkup } from '../report/escape'
import { toTimeScale } from '../report/plots/axes'
import { createCanvas } from '../report/plots/canvas'
import type { Canvas } from '../report/plots/canvas'
import type { AutoscalingColumn, AutoscalingReport } from './report'
import type { Moment } from './timeline'
import { toStory } from './text'

/** Okabe and Ito's, which the colour-blind tell apart; and the second is dashed. */
const LOOKS = [
  { color: '#0072b2', dash: 'none' },
  { color: '#d55e00', dash: '6 3' },
] as const
const OFFERED = '#8a8a8a'
const FAILED = '#b3261e'
const [WIDTH, HEIGHT, TOP, MARGIN] = [760, 150, 64, 44]

interface Panel {
  readonly title: string
  readonly toValue: (moment: Moment) => number | null
  readonly isStepped?: boolean
}

const PANELS: readonly Panel[] = [
  { title: 'Requests a second: offered (grey), answered', toValue: ({ answered }) => answered },
  { title: 'Pods that are ready', toValue: ({ ready }) => ready, isStepped: true },
  { title: 'CPU of all pods, cores', toValue: ({ cores }) => cores },
  { title: 'Response time, p90, ms (marks below: failed requests)', toValue: ({ p90 }) => p90 },
]

/** Load, pods, CPU and response time over time, a line a twin. */
export async function toAutoscalingPlot(report: AutoscalingReport): Promise<string> {
  const canvas = await createCanvas()
  const { columns } = report
  const height = TOP + PANELS.length * (HEIGHT + 24) + 16
  const description = columns.map((column) => `${column.target}: ${toStory(column, report)}`)
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title" font-family="system-ui, sans-serif">`,
    `<title id="title">${escapeMarkup(description.join(' '))}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="${MARGIN}" y="26" font-size="16" font-weight="600" fill="#1f2328">${report.valid ? '' : 'INVALID: '}Autoscaling under a load that rises and falls</text>`,
    ...columns.map(
      ({ target }, index) =>
        `<path d="M${MARGIN + index * 150},44h28" stroke="${look(index).color}" stroke-width="2.5" stroke-dasharray="${look(index).dash}"/>` +
        `<text x="${MARGIN + 36 + index * 150}" y="48" font-size="12" fill="#1f2328">${escapeMarkup(target)}</text>`,
    ),
    ...PANELS.flatMap((panel, index) => {
      const y = TOP + index * (HEIGHT + 24)
      return [
        `<text x="${MARGIN}" y="${y + 14}" font-size="12" font-weight="600" fill="#1f2328">${panel.title}</text>`,
        drawPanel(canvas, columns, panel).replace('<svg ', `<svg x="0" y="${y + 18}" `),
      ]
    }),
    '</svg>',
  ].join('\n')}\n`
}

function drawPanel(
  { Plot, draw }: Canvas,
  columns: readonly AutoscalingColumn[],
  { title, toValue, isStepped }: Panel,
): string {
  const moments = columns.flatMap(({ timeline }) => timeline)
  const isOfRequests = toValue === PANELS[0]?.toValue
  const isOfTimes = toValue === PANELS.at(-1)?.toValue
  const values = moments.map((moment) => toValue(moment) ?? 0)
  const most = Math.max(
    1,
    ...values,
    ...(isOfRequests ? moments.map(({ offered }) => offered) : []),
  )
  const least = isOfTimes ? Math.min(...values.filter((value) => value > 0), 10) : 0
  return draw(title, {
    ...{ width: WIDTH, height: HEIGHT, marginLeft: MARGIN, marginRight: 24, marginTop: 8 },
    style: { background: 'none', color: '#1f2328' },
    x: {
      domain: [0, Math.max(1, ...moments.map(({ at }) => at))],
      label: 'time, s',
      labelArrow: 'none',
    },
    y: isOfTimes
      ? toTimeScale({ least: least / 1.2, most: most * 1.2 })
      : { domain: [0, most * 1.08], grid: true, label: null, ticks: 4 },
    marks: [
      ...(isOfRequests && columns[0] !== undefined
        ? [Plot.line(columns[0].timeline, { x: 'at', y: 'offered', stroke: OFFERED })]
        : []),
      ...columns.flatMap(({ timeline }, index) => [
        Plot.line(timeline, {
          x: 'at',
          y: toValue,
          stroke: look(index).color,
          ...{ strokeWidth: 1.75, strokeDasharray: look(index).dash },
          ...(isStepped === true && { curve: 'step-after' as const }),
        }),
        ...(isOfTimes
          ? [
              Plot.tickX(
                timeline.filter(({ failed }) => failed > 0),
                { x: 'at', stroke: FAILED, insetTop: HEIGHT - 60 },
              ),
            ]
          : []),
      ]),
    ],
  })
}

const look = (index: number): (typeof LOOKS)[number] => LOOKS[index % LOOKS.length] ?? LOOKS[0]
