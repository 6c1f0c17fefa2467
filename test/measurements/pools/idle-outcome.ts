import type { PhotoOutcome } from '../../../inference/classify'

const COMPLETED: PhotoOutcome = {
  state: 'completed',
  prediction: {
    label: 'food',
    probability: 0.6,
    probabilities: { food: 0.6, drink: 0.1, menu: 0.1, inside: 0.1, outside: 0.1 },
  },
  decodeMs: 0,
  predictMs: 0,
}

/** What a thread answers that only looks at a photo's length; as large as a real outcome. piscina calls it by its name. */
export const toIdleOutcome = (photo: Uint8Array): PhotoOutcome =>
  photo.length > 0
    ? COMPLETED
    : { state: 'failed', code: 'EMPTY_PHOTO', reason: 'the photo has no bytes' }
