import { toProcessingMs } from './server-timing'
import type { Target } from './setup'

/** A photo that the user chose, or that was drawn. */
export interface Photo {
  readonly name: string
  readonly type: string
  readonly bytes: ArrayBuffer
}

/** What became of a photo; times are ms. */
export type Answer =
  | {
      readonly state: 'classified'
      readonly label: string
      readonly probability: number
      readonly probabilities: Readonly<Record<string, number>>
      readonly model: string
      readonly roundTripMs: number
      /** By the target's own clock; undefined: it does not say. */
      readonly processingMs: number | undefined
    }
  | { readonly state: 'failed'; readonly reason: string }

interface Classification {
  readonly label: string
  readonly probability: number
  readonly probabilities: Readonly<Record<string, number>>
  readonly model: { readonly name: string }
}

/**
 * Sends a photo to a target and waits for the whole answer.
 *
 * @throws the signal's reason once that is aborted
 */
export async function ask(target: Target, photo: Photo, signal?: AbortSignal): Promise<Answer> {
  const sentAt = performance.now()
  try {
    const response = await fetch(target.address, {
      method: 'POST',
      body: photo.bytes,
      headers: { 'content-type': photo.type === '' ? 'application/octet-stream' : photo.type },
      signal: signal ?? null,
    })
    const body: unknown = await response.json()
    const roundTripMs = performance.now() - sentAt
    if (!response.ok) return { state: 'failed', reason: toReason(body, response.status) }
    const { label, probability, probabilities, model } = body as Classification
    const processingMs = toProcessingMs(response.headers.get('server-timing'))
    const state = 'classified'
    return {
      state,
      label,
      probability,
      probabilities,
      model: model.name,
      roundTripMs,
      processingMs,
    }
  } catch (error) {
    signal?.throwIfAborted()
    // What is no JSON is no answer of ours.
    const reason =
      error instanceof SyntaxError
        ? `${target.name} answered with something else than a prediction`
        : 'the page’s server cannot be reached'
    return { state: 'failed', reason }
  }
}

/** Problem details say what was wrong. */
function toReason(body: unknown, status: number): string {
  const detail =
    typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined
  return typeof detail === 'string' ? detail : `answered ${status}`
}
