import { describeLimits } from './describe-limits'
import type { ModelEvaluation, RobustnessRow } from './model-evaluation'
import { toReferenceRows } from './reference-rows'

/** What a model's card quotes of an evaluation. */
export type CardEvaluation = ReturnType<typeof toCardEvaluation>

/**
 * The figures that somebody who chooses a model asks for, each as `evaluation.json` has it, under the same name; that
 * has the others, the mistakes among them.
 */
export function toCardEvaluation(evaluation: ModelEvaluation) {
  const { data, reference, calibration, engines, decoders } = evaluation
  return {
    split: data.split,
    photos: evaluation.photos,
    reference,
    accuracy: evaluation.accuracy,
    loss: evaluation.loss,
    balancedAccuracy: evaluation.balancedAccuracy,
    heldoutSources: evaluation.heldoutSources,
    unseenSources: evaluation.unseenSources,
    notes: describeLimits(evaluation),
    openTiers: evaluation.openTiers,
    perLabel: evaluation.perLabel,
    perSource: evaluation.perSource,
    confusion: evaluation.confusion,
    calibration: { ece: calibration.ece, temperatureScaling: calibration.temperatureScaling },
    robustness: toRobustness(toReferenceRows(evaluation)),
    engines: pick(engines, ({ version, accuracy, predictCpuMs, decodeCpuMs }) => ({
      ...{ version, accuracy, predictCpuMs, decodeCpuMs },
    })),
    decoders: pick(decoders, ({ version, accuracy, decodeCpuMs }) => ({
      ...{ version, accuracy, decodeCpuMs },
    })),
    environment: evaluation.environment,
  }
}

const toRobustness = (rows: readonly RobustnessRow[]) =>
  Object.fromEntries(
    rows.map(({ variant, accuracy, differencePoints }) => [
      variant,
      { accuracy, differencePoints },
    ]),
  )

const pick = <T, U>(
  record: Readonly<Record<string, T>>,
  toValue: (value: T) => U,
): Readonly<Record<string, U>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, toValue(value)]))
