import { toWords } from '../load/answer'
import type { Prediction } from '../load/answer'

/** By so much more probable a label is clear: with the pixels of other decoders and resizes two near labels change places. */
const CLEAR = 0.25

/**
 * Where a peer labels photos otherwise than ours does, though ours is clear about them, in words; undefined: nowhere.
 * Probabilities are not compared, as other decoders and resizes give other pixels.
 */
export function findOtherLabels(
  ours: readonly Prediction[],
  theirs: readonly Prediction[],
): string | undefined {
  const other = ours.flatMap((prediction, at) => {
    const their = theirs[at]
    const isLike = their?.label === prediction.label
    return isLike || !isClear(prediction) ? [] : [{ at, prediction, their }]
  })
  const [first] = other
  if (first === undefined) return undefined
  const { at, prediction, their } = first
  return (
    `labels ${other.length} of ${ours.length} photos otherwise: photo ${at + 1} is ` +
    `${their === undefined ? 'not answered' : toWords(their)} in place of ${toWords(prediction)}`
  )
}

function isClear({ probabilities }: Prediction): boolean {
  const [first = 0, second = 0] = Object.values(probabilities).sort((one, two) => two - one)
  return first - second >= CLEAR
}
