import type { MeasuredTrial, RawRun } from '../read-run'
import { countRight, toTimes } from './cells'
import type { Group, PaperExperiment, Sequence } from './report'

/** The paper's groups and its table of requests one after the other; null if neither was measured. */
export function toPaperExperiment({ run, trials }: RawRun): PaperExperiment | null {
  const of = (experiment: string): readonly MeasuredTrial[] =>
    trials.filter((trial) => trial.experiment === experiment)
  const names = run.targets.map(({ name }) => name)
  const groups = names.flatMap((target) =>
    run.plan.concurrency.flatMap((concurrency) => {
      const own = of('group').filter(
        (trial) => trial.target === target && trial.concurrency === concurrency,
      )
      return own.length === 0 ? [] : [toGroup(own)]
    }),
  )
  const sequences = names.flatMap((target) =>
    of('sequence')
      .filter((trial) => trial.target === target)
      .map(toSequence),
  )
  return groups.length + sequences.length === 0 ? null : { groups, sequences }
}

function toGroup(trials: readonly MeasuredTrial[]): Group {
  const { target = '', concurrency = 0 } = trials[0] ?? {}
  const times = trials.map((trial) => toTimes(trial, 'responseTime')).filter(({ length }) => length)
  return {
    target,
    concurrency,
    repetitions: trials.length,
    errors: countErrors(trials),
    mean: mean(times.map((group) => mean(group))),
    fastest: mean(times.map((group) => Math.min(...group))),
    slowest: mean(times.map((group) => Math.max(...group))),
  }
}

function toSequence(trial: MeasuredTrial): Sequence {
  const requests = trial.observations.map(({ predictionTime, responseTime }) => ({
    predictionTime,
    responseTime,
  }))
  return {
    target: trial.target,
    errors: countErrors([trial]),
    requests,
    meanPredictionTime: mean(toTimes(trial, 'predictionTime')),
    meanResponseTime: mean(toTimes(trial, 'responseTime')),
  }
}

const countErrors = (trials: readonly MeasuredTrial[]): number =>
  trials.reduce((errors, trial) => errors + trial.requests - countRight(trial), 0)

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}
