import type { Answer } from './ask'
import type { Target } from './setup'

/** One request of a comparison. */
export interface Observation {
  /** Of the photo, from 1. */
  readonly number: number
  readonly photo: string
  readonly target: Target
  readonly answer: Answer
}

/** What a target's requests come to; medians, ms; undefined: nothing to take one of. */
export interface Summary {
  readonly target: Target
  readonly answered: number
  readonly failed: number
  readonly roundTripMs: number | undefined
  readonly processingMs: number | undefined
  readonly waitingMs: number | undefined
}

/** The summary of each target, in their order. */
export function summarise(
  targets: readonly Target[],
  observations: readonly Observation[],
): readonly Summary[] {
  return targets.map((target) => {
    const own = observations.filter(({ target: { name } }) => name === target.name)
    const answers = own.flatMap(({ answer }) => (answer.state === 'classified' ? [answer] : []))
    const timed = answers.flatMap(({ roundTripMs, processingMs }) =>
      processingMs === undefined ? [] : [{ processingMs, waitingMs: roundTripMs - processingMs }],
    )
    return {
      target,
      answered: answers.length,
      failed: own.length - answers.length,
      roundTripMs: median(answers.map(({ roundTripMs }) => roundTripMs)),
      processingMs: median(timed.map(({ processingMs }) => processingMs)),
      waitingMs: median(timed.map(({ waitingMs }) => waitingMs)),
    }
  })
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other)
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  const upper = sorted[Math.floor(sorted.length / 2)]
  return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2
}

/** The first target's median round trip over the second's, in words; undefined: there are no two to compare. */
export function toRatio([first, second]: readonly Summary[]): string | undefined {
  if (first?.roundTripMs === undefined || second?.roundTripMs === undefined) return undefined
  const ratio = (first.roundTripMs / second.roundTripMs).toFixed(2)
  return `${first.target.name} / ${second.target.name}: ${ratio}`
}
