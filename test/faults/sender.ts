import type { SentPhoto } from './photos-to-send'
import type { Side } from './side'

interface SenderOptions {
  readonly photos: readonly SentPhoto[]
  readonly signal: AbortSignal
  readonly onSent: () => void
}

/** Sends photos, once it is told to begin. */
export interface Sender {
  begin(): void
  /** Resolves once the broker has them all. */
  readonly done: Promise<void>
}

const SENT_AT_ONCE = 16

/** Some at once, each until the broker has it. */
export function createSender(side: Side, { photos, signal, onSent }: SenderOptions): Sender {
  let begin: () => void = () => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  let next = 0
  const sendSome = async (): Promise<void> => {
    for (let photo = photos[next++]; photo !== undefined; photo = photos[next++]) {
      await side.send(photo, signal)
      onSent()
    }
  }
  const done = begun.then(async () => {
    await Promise.all(Array.from({ length: SENT_AT_ONCE }, sendSome))
  })
  return { begin, done }
}
