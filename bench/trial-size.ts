/** How much a trial of the closed loop sends. */
export type TrialSize =
  | {
      readonly requests: number
      /** So many of each connection where that is more. */
      readonly perConnection?: number
    }
  /** ms */
  | { readonly duration: number }

/** Of a trial with so many connections. */
export function toSizeAt(
  size: TrialSize,
  concurrency: number,
): { readonly requests: number } | { readonly duration: number } {
  if ('duration' in size) return size
  return { requests: Math.max(size.requests, (size.perConnection ?? 0) * concurrency) }
}
