import { toCalibrationError, toReliability } from './calibration'
import { toLoss, type Judgement } from './metrics'
import type { Calibration, TemperatureScaling } from './model-evaluation'
import { fitTemperature, heat, toLossChange } from './temperature'

/** What a temperature is fitted to and tried on, or why there is nothing to. */
export type TemperatureData =
  | { readonly state: 'skipped'; readonly reason: string }
  | {
      readonly state: 'given'
      readonly validation: readonly Judgement[]
      readonly test: readonly Judgement[]
    }

/** Calibration of the judged photos, and what temperature scaling would change. */
export function calibrate(judgements: readonly Judgement[], data: TemperatureData): Calibration {
  const bins = toReliability(judgements)
  return {
    ece: toCalibrationError(bins) ?? 0,
    bins,
    temperatureScaling: scaleTemperature(data),
  }
}

function scaleTemperature(data: TemperatureData): TemperatureScaling {
  if (data.state === 'skipped') return data
  const { validation, test } = data
  if (validation.length === 0 || test.length < 2) {
    return { state: 'skipped', reason: 'too few photos of the two parts could be judged' }
  }
  const temperature = fitTemperature(validation)
  const after = heat(test, temperature)
  const lossChange = toLossChange(test, after)
  return {
    state: 'fitted',
    temperature,
    validationPhotos: validation.length,
    photos: test.length,
    before: measure(test),
    after: measure(after),
    lossChange,
    verdict: toVerdict(lossChange),
  }
}

function measure(judgements: readonly Judgement[]): { loss: number; ece: number } {
  return {
    loss: toLoss(judgements) ?? 0,
    ece: toCalibrationError(toReliability(judgements)) ?? 0,
  }
}

function toVerdict({ lower, upper }: { readonly lower: number; readonly upper: number }) {
  if (upper < 0) return 'helps'
  return lower > 0 ? 'harms' : 'undecided'
}
