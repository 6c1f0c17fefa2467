import { QuantisationError } from './quantisation-error'

/** Smallest and largest value of a tensor, or those beyond which it is cut off. */
export interface Range {
  readonly min: number
  readonly max: number
}

/** How uint8 steps stand for real values: value = (step - zeroPoint) * scale. */
export interface Affine {
  /** A float32 above 0. */
  readonly scale: number
  /** The step that stands for 0, 0..255. */
  readonly zeroPoint: number
}

const STEPS = 255

/** Below it float32 has fewer digits, or none at all: a scale of 0 would divide by it. */
const SMALLEST_SCALE = 2 ** -126

/**
 * The uint8 steps for a range. It is widened to hold 0, which padding and ReLU need to be a step of its own; nothing but
 * 0 is given steps of 1.
 *
 * @throws QuantisationError if the range is none
 */
export function toAffine({ min, max }: Range): Affine {
  if (!(min <= max) || !Number.isFinite(max - min)) {
    throw new QuantisationError(`${min} to ${max} is no range that can be divided into steps`)
  }
  const [low, high] = [Math.min(0, min), Math.max(0, max)]
  if (low === high) return { scale: 1, zeroPoint: 0 }
  const scale = Math.max(SMALLEST_SCALE, Math.fround((high - low) / STEPS))
  return { scale, zeroPoint: toStep(0, { scale, zeroPoint: -low / scale }) }
}

/** The step nearest to a value; what is beyond the first or last step is that one. */
export function toStep(value: number, { scale, zeroPoint }: Affine): number {
  return Math.min(STEPS, Math.max(0, Math.round(value / scale + zeroPoint)))
}

/** The value that a step stands for. */
export function fromStep(step: number, { scale, zeroPoint }: Affine): number {
  return (step - zeroPoint) * scale
}
