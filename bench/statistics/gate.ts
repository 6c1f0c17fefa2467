import type { Comparison } from '../report/report'

/** What the A/A comparison of a metric at a concurrency lets others say there. */
export interface Gate {
  /** What it resolves, as a share: 0.03 is +-3 %; null: there is no A/A comparison. */
  readonly resolution: number | null
  /** Whether it says slower or faster, where both sides are the same. */
  readonly alarm: boolean
}

/** The gate of an A/A comparison itself: open. */
export const AA_GATE: Gate = { resolution: 0, alarm: false }

/**
 * The farthest from 1 that an interval of ratios reaches, as a share: 0.03 is +-3 %. Null without
 * an interval.
 */
export function toResolution(interval: Pick<Comparison, 'lower' | 'upper'>): number | null {
  const { lower, upper } = interval
  return lower === null || upper === null ? null : Math.max(upper - 1, 1 / lower - 1)
}

/** What an A/A comparison, if there is one, lets others say at its concurrency. */
export function toGate(aa: Pick<Comparison, 'lower' | 'upper' | 'verdict'> | null): Gate {
  if (aa === null) return { resolution: null, alarm: false }
  return {
    resolution: toResolution(aa),
    alarm: aa.verdict === 'slower' || aa.verdict === 'faster',
  }
}
