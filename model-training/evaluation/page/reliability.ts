import { toThree } from '../format'
import type { ModelEvaluation } from '../model-evaluation'
import { escapeHtml } from './escape'

type Bins = ModelEvaluation['calibration']['bins']

const SIDE = 300
const LEFT = 44
const TOP = 8
const COUNTS_TOP = TOP + SIDE + 40
const COUNTS_HEIGHT = 50
const WIDTH = LEFT + SIDE + 12
const HEIGHT = COUNTS_TOP + COUNTS_HEIGHT + 6
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1]

/** Accuracy over confidence as an SVG: a bar on the dashed line is as often right as it is sure. */
export function drawReliability(bins: Bins): string {
  const words = bins
    .filter(({ photos }) => photos > 0)
    .map(
      ({ photos, confidence, accuracy }) =>
        `confidence ${toThree(confidence)}: accuracy ${toThree(accuracy)} of ${photos}`,
    )
  return [
    `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(`Reliability; ${words.join('; ')}`)}">`,
    ...TICKS.map(drawTick),
    ...drawBars(bins),
    `<line class="even" x1="${toX(0)}" y1="${toY(0)}" x2="${toX(1)}" y2="${toY(1)}"/>`,
    `<text x="${LEFT + SIDE / 2}" y="${TOP + SIDE + 32}" text-anchor="middle">probability of the predicted label</text>`,
    `<text x="12" y="${TOP + SIDE / 2}" text-anchor="middle" transform="rotate(-90 12 ${TOP + SIDE / 2})">accuracy</text>`,
    `<text x="12" y="${COUNTS_TOP + COUNTS_HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 12 ${COUNTS_TOP + COUNTS_HEIGHT / 2})">photos</text>`,
    '</svg>',
  ].join('\n')
}

const toX = (share: number): string => (LEFT + share * SIDE).toFixed(1)

const toY = (share: number): string => (TOP + (1 - share) * SIDE).toFixed(1)

function drawTick(share: number): string {
  return [
    `<line class="axis" x1="${toX(0)}" y1="${toY(share)}" x2="${toX(1)}" y2="${toY(share)}"/>`,
    `<text x="${LEFT - 6}" y="${(Number(toY(share)) + 4).toFixed(1)}" text-anchor="end">${share}</text>`,
    `<text x="${toX(share)}" y="${TOP + SIDE + 16}" text-anchor="middle">${share}</text>`,
  ].join('')
}

function drawBars(bins: Bins): string[] {
  const most = Math.max(1, ...bins.map(({ photos }) => photos))
  return bins.flatMap(({ lower, upper, photos, accuracy }) => {
    if (photos === 0) return []
    const width = ((upper - lower) * SIDE - 2).toFixed(1)
    const x = (LEFT + lower * SIDE + 1).toFixed(1)
    const height = (accuracy ?? 0) * SIDE
    const count = (photos / most) * COUNTS_HEIGHT
    return [
      `<rect class="bar" x="${x}" y="${toY(accuracy ?? 0)}" width="${width}" height="${height.toFixed(1)}"/>`,
      `<rect class="count" x="${x}" y="${(COUNTS_TOP + COUNTS_HEIGHT - count).toFixed(1)}" width="${width}" height="${count.toFixed(1)}"/>`,
    ]
  })
}
