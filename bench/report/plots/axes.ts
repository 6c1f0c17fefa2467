import type { PlotOptions, ScaleOptions } from '@observablehq/plot' with {
  'resolution-mode': 'import',
}
import { toLogTicks, toTickText } from './ticks'
import type { Extent } from './ticks'

/** A plot of values above concurrency. */
export const FRAME = {
  height: 250,
  marginLeft: 44,
  marginTop: 12,
  marginBottom: 38,
} as const satisfies PlotOptions

/** The levels side by side, each with the same room. */
export function toLevelScale(levels: readonly number[], label: string): ScaleOptions {
  return { type: 'point', domain: [...levels], label, labelArrow: 'none', padding: 0.6 }
}

/** Times, whose ratios are what is seen. */
export function toTimeScale({ least, most }: Extent): ScaleOptions {
  return {
    type: 'log',
    domain: [least, most],
    ticks: [...toLogTicks({ least, most })],
    tickFormat: toTickText,
    label: null,
    grid: true,
  }
}
