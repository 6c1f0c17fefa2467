import type { ModelEvaluation, RobustnessRow } from './model-evaluation'

/** What a model's card quotes of an evaluation. */
export type CardEvaluation = ReturnType<typeof toCardEvaluation>

/**
 * The figures that somebody who chooses a model asks for; `evaluation.json` has the others, the mistakes
 * among them.
 */
export function toCardEvaluation(evaluation: ModelEvaluation) {
  const { data, reference, calibration, robustness, engines, decoders } = evaluation
  const rows = robustness.state === 'measured' ? robustness.rows : []
  return {
    split: data.split,
    photos: evaluation.photos,
    reference,
    accuracy: evaluation.accuracy,
    loss: evaluation.loss,
    balancedAccuracy: evaluation.balancedAccuracy,
    heldoutSources: evaluation.heldoutSources,
    unseenSources: evaluation.unseenSources,
    openTiers: evaluation.openTiers,
    perLabel: evaluation.perLabel,
    confusion: evaluation.confusion,
    calibration: { ece: calibration.ece, temperatureScaling: calibration.temperatureScaling },
    robustness: toRobustness(rows.filter(({ decoder }) => decoder === reference.decoder)),
    engines: pick(engines, ({ version, accuracy, predictCpuMs }) => ({
      ...{ version, accuracy: accuracy.value, predictCpuMs },
    })),
    decoders: pick(decoders, ({ version, accuracy, decodeCpuMs }) => ({
      ...{ version, accuracy: accuracy.value, decodeCpuMs },
    })),
    environment: evaluation.environment,
  }
}

const toRobustness = (rows: readonly RobustnessRow[]) =>
  Object.fromEntries(
    rows.map(({ variant, accuracy, differencePoints }) => [
      variant,
      { accuracy: accuracy.value, differencePoints },
    ]),
  )

const pick = <T, U>(
  record: Readonly<Record<string, T>>,
  toValue: (value: T) => U,
): Readonly<Record<string, U>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, toValue(value)]))
