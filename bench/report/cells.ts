import type { MeasuredTrial, RawRun } from '../read-run'
import type { Observation } from '../run'

/** The trials of one target at one concurrency of the closed loop, by block. */
export interface Cell {
  readonly target: string
  readonly concurrency: number
  readonly trials: ReadonlyMap<number, MeasuredTrial>
}

/** Times of a request, ms; null where it has none. */
export type TimeName =
  'responseTime' | 'predictionTime' | 'decodeTime' | 'queueTime' | 'serialiseTime' | 'waitingTime'

/** Every cell of the plan in the order of targets and levels; those that were not measured have no trials. */
export function toCells({ run, trials }: RawRun): readonly Cell[] {
  const names = run.targets.map(({ name }) => name)
  return names.flatMap((target) =>
    run.plan.concurrency.map((concurrency) => {
      const own = trials.filter(
        (trial) =>
          trial.experiment === 'closed-loop' &&
          trial.target === target &&
          trial.concurrency === concurrency,
      )
      return { target, concurrency, trials: new Map(own.map((trial) => [trial.block, trial])) }
    }),
  )
}

/** The times of a trial's right answers; an answer that does not tell one is left out. */
export function toTimes({ observations }: MeasuredTrial, name: TimeName): number[] {
  return observations.flatMap((observation) => {
    const time = observation.outcome === 'right' ? toTime(observation, name) : null
    return time === null ? [] : [time]
  })
}

function toTime(observation: Observation, name: TimeName): number | null {
  if (name !== 'waitingTime') return observation[name]
  const { responseTime, serviceTime, serialiseTime } = observation
  if (responseTime === null || serviceTime === null) return null
  return responseTime - serviceTime - (serialiseTime ?? 0)
}

/** Requests of a trial that were answered, right or not. */
export function countAnswered({ observations }: MeasuredTrial): number {
  return observations.filter(({ status }) => status !== null).length
}

/** Requests of a trial that were answered right. */
export const countRight = ({ outcomes }: MeasuredTrial): number => outcomes.right ?? 0

/** The sum, or null if one of them is not known or there is none. */
export function sumKnown(values: readonly (number | null | undefined)[]): number | null {
  let sum = 0
  for (const value of values) {
    if (value === null || value === undefined) return null
    sum += value
  }
  return values.length === 0 ? null : sum
}
