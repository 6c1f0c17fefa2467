import type { EpochLog } from './progress'

/** A training has come to weights that are of no use; the message says in which epoch, and what can be done. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError'
}

/**
 * Lets an epoch pass whose losses are numbers.
 *
 * @throws DivergedError
 */
export function requireFinite({ epoch, loss, validationLoss }: EpochLog): void {
  if (Number.isFinite(loss) && Number.isFinite(validationLoss)) return
  throw new DivergedError(
    `the training has diverged: in epoch ${epoch} its loss is ${loss}, on the validation part ${validationLoss}; ` +
      'no model is written. How fast it learns is no option but part of the network: please report the ' +
      'network, the teacher and the command. Until it is mended, another --seed or --network may do',
  )
}
