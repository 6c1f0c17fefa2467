import { toPredicted } from './judged-photo'
import type { Judgement } from './metrics'

/** The photos whose largest probability is in (lower, upper]. */
export interface ReliabilityBin {
  readonly lower: number
  readonly upper: number
  readonly photos: number
  /** Mean of the largest probabilities; null without photos. */
  readonly confidence: number | null
  /** Share that is predicted right; null without photos. */
  readonly accuracy: number | null
}

/** Bins of the expected calibration error where nothing else is said (Guo et al. 2017). */
export const BIN_COUNT = 15

/** Sorts photos into bins of equal width by the largest probability. */
export function toReliability(
  judgements: readonly Judgement[],
  binCount: number = BIN_COUNT,
): ReliabilityBin[] {
  const sums = Array.from({ length: binCount }, () => ({ photos: 0, confidence: 0, hits: 0 }))
  for (const { probabilities, truth } of judgements) {
    const predicted = toPredicted(probabilities)
    const confidence = probabilities[predicted] ?? 0
    // Closed above, so that 1 is in the last one; a rounding error must not lead out of range.
    const place = Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1))
    const bin = sums[place]
    if (bin === undefined) continue
    bin.photos += 1
    bin.confidence += confidence
    bin.hits += predicted === truth ? 1 : 0
  }
  return sums.map(({ photos, confidence, hits }, place) => ({
    lower: place / binCount,
    upper: (place + 1) / binCount,
    photos,
    confidence: photos > 0 ? confidence / photos : null,
    accuracy: photos > 0 ? hits / photos : null,
  }))
}

/**
 * Expected calibration error: how far confidence and accuracy of the bins are apart, weighted by their photos
 * (Naeini et al. 2015; Guo et al. 2017).
 *
 * @returns 0..1, or null without photos
 */
export function toCalibrationError(bins: readonly ReliabilityBin[]): number | null {
  const photos = bins.reduce((sum, bin) => sum + bin.photos, 0)
  if (photos === 0) return null
  const gaps = bins.map((bin) => bin.photos * Math.abs((bin.accuracy ?? 0) - (bin.confidence ?? 0)))
  return gaps.reduce((sum, gap) => sum + gap, 0) / photos
}
