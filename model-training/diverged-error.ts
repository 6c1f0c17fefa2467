import type { EpochLog } from './progress'

/** A training has come to weights that are of no use; the message says in which epoch, and what can be done. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError'
}

/**
 * Thousands of times that of a network that only guesses: some kernels have a finite answer, of no use, where others
 * have none.
 */
const LARGEST_LOSS = 1e5

/**
 * Lets an epoch pass whose losses are numbers, as those of a training are.
 *
 * @throws DivergedError
 */
export function requireConverging({ epoch, loss, validationLoss }: EpochLog): void {
  if (Math.abs(loss) < LARGEST_LOSS && Math.abs(validationLoss) < LARGEST_LOSS) return
  throw new DivergedError(
    `the training has diverged: in epoch ${epoch} its loss is ${loss}, on the validation part ${validationLoss}; ` +
      'no model is written. How fast it learns is no option but part of the network: please report the ' +
      'network, the teacher and the command. Until it is mended, another --seed or --network may do',
  )
}
