import { drawing } from './element'
import type { Target } from './setup'

/** How a target is drawn: told apart by colour and by shape. */
export interface Look {
  readonly color: string
  readonly shape: 'circle' | 'triangle' | 'square'
}

const LOOKS: readonly [Look, ...Look[]] = [
  { color: 'var(--target-1)', shape: 'circle' },
  { color: 'var(--target-2)', shape: 'triangle' },
  { color: 'var(--target-3)', shape: 'square' },
]

/** As in the reports, a container is drawn first. */
const FIRST = 'container'

/** The look of the target with this name. */
export function toLook(targets: readonly Target[], name: string): Look {
  const names = targets.map((target) => target.name)
  const ordered = [...names.filter((one) => one === FIRST), ...names.filter((one) => one !== FIRST)]
  return LOOKS[Math.max(0, ordered.indexOf(name)) % LOOKS.length] ?? LOOKS[0]
}

/** A sign of 8 px around a point. */
export function drawSign({ color, shape }: Look, x: number, y: number): SVGElement {
  if (shape === 'circle') return drawing('circle', { cx: x, cy: y, r: 4, fill: color })
  const points =
    shape === 'square'
      ? [-3.5, -3.5, 3.5, -3.5, 3.5, 3.5, -3.5, 3.5]
      : [0, -4.8, 4.6, 3.6, -4.6, 3.6]
  const moved = points.map((value, at) => value + (at % 2 === 0 ? x : y))
  return drawing('polygon', { points: moved.join(' '), fill: color })
}
