import { ask } from './ask'
import type { Photo } from './ask'
import type { Target } from './setup'
import type { Observation } from './summary'

interface CompareOptions {
  readonly targets: readonly Target[]
  /** Sent in turn. */
  readonly photos: readonly Photo[]
  /** Requests to each target. */
  readonly count: number
  readonly atOnce: number
  readonly signal: AbortSignal
  readonly onObserved: (observation: Observation) => void
}

/**
 * Sends the same photos to every target, `atOnce` to one of them and then as many to the next, in an order drawn anew
 * each time: only one is asked at a time. One photo goes to each before, and is not counted.
 *
 * @throws the signal's reason once that is aborted
 */
export async function compare(options: CompareOptions): Promise<void> {
  const { targets, photos, count, atOnce, signal, onObserved } = options
  for (const target of targets) await askFor(0, target)
  for (let sent = 0; sent < count; sent += atOnce) {
    const indices = Array.from({ length: Math.min(atOnce, count - sent) }, (_, at) => sent + at)
    for (const target of toShuffled(targets)) {
      await Promise.all(
        indices.map(async (index) => {
          onObserved(await askFor(index, target))
        }),
      )
    }
  }

  async function askFor(index: number, target: Target): Promise<Observation> {
    const photo = photos[index % photos.length]
    if (photo === undefined) throw new Error('there is no photo to send')
    const answer = await ask(target, photo, signal)
    return { number: index + 1, photo: photo.name, target, answer }
  }
}

/** In random order (Fisher and Yates). */
function toShuffled<Value>(values: readonly Value[]): readonly Value[] {
  const left = [...values]
  return values.flatMap(() => left.splice(Math.floor(Math.random() * left.length), 1))
}
