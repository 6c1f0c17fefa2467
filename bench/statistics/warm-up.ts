const WINDOWS = 3
const TOLERANCE = 0.1

/**
 * Whether a warm-up may end: the medians (ms) of its last three windows, given oldest first, differ
 * by at most 10 %, that is the largest is at most 1.1 times the smallest. Fewer windows never
 * suffice, and a window without a median (NaN) is not steady.
 */
export function isSteady(medians: readonly number[]): boolean {
  const last = medians.slice(-WINDOWS)
  if (last.length < WINDOWS) return false
  return Math.max(...last) <= Math.min(...last) * (1 + TOLERANCE)
}
