import { deserialize, serialize } from 'node:v8'
import type { Progress } from './progress'

/** What has to be equal for a training to be gone on with. */
export type Settings = Readonly<Record<string, string | number>>

/** An interrupted training, as kept between two epochs. */
export interface Checkpoint {
  readonly settings: Settings
  /** Time spent so far, in ms. */
  readonly trainingTime: number
  readonly progress: Progress
}

/** A training cannot be gone on with; the message says what differs. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError'
}

/** Everything in one piece of bytes, which a rename can put in place at once. */
export const toBytes = (checkpoint: Checkpoint): Uint8Array => serialize(checkpoint)

/**
 * Reads what `toBytes` wrote.
 *
 * @throws CheckpointError if the bytes are damaged or the training had other settings
 */
export function toCheckpoint(bytes: Uint8Array, settings: Settings): Checkpoint {
  const checkpoint = parse(bytes)
  const other = Object.keys(settings).filter((key) => settings[key] !== checkpoint.settings[key])
  if (other.length === 0) return checkpoint
  throw new CheckpointError(
    `the interrupted training had another ${other.join(', ')}; leave --resume out to start anew`,
  )
}

function parse(bytes: Uint8Array): Checkpoint {
  try {
    return deserialize(bytes) as Checkpoint
  } catch (cause) {
    throw new CheckpointError('the checkpoint is damaged; leave --resume out to start anew', {
      cause,
    })
  }
}
