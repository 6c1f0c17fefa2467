import { SPLITS, type Dataset } from './dataset'
import type { Evaluation } from './evaluate'
import type { EpochLog } from './train'

const COLUMNS = ['epoch', 'loss', 'accuracy', 'validationLoss', 'validationAccuracy'] as const

/** The training log as CSV, one line an epoch. */
export function toCsv(log: readonly EpochLog[]): string {
  const rows = log.map((entry) => COLUMNS.map((name) => Number(entry[name].toFixed(5))).join(','))
  return [COLUMNS.join(','), ...rows, ''].join('\n')
}

/** One line of progress for people. */
export function toProgressLine(entry: EpochLog, epochs: number, timeLeft: number): string {
  const minutes = timeLeft / 60_000
  const left = minutes < 1 ? `${Math.ceil(minutes * 60)} s` : `${Math.ceil(minutes)} min`
  return (
    `epoch ${entry.epoch}/${epochs}  loss ${entry.loss.toFixed(3)}` +
    `  accuracy ${entry.accuracy.toFixed(3)}  validation loss ${entry.validationLoss.toFixed(3)}` +
    `  validation accuracy ${entry.validationAccuracy.toFixed(3)}  ${left} left`
  )
}

/** How many photos are used, and how many are not for which reason. */
export function toDatasetLines({ entries, excluded }: Dataset): string[] {
  const used = SPLITS.map(
    (split) => `${split} ${entries.filter((entry) => entry.split === split).length} photos`,
  )
  const reasons = [...new Set(excluded.map(({ reason }) => reason))]
  const unused = reasons.map((reason) => {
    const photos = excluded.filter((exclusion) => exclusion.reason === reason)
    return `not used: ${photos.length} photos, ${reason}, such as ${photos[0]?.file ?? ''}`
  })
  return [used.join(', '), ...unused]
}

/** Accuracy with its interval. */
export function toEvaluationLine({ split, photos, accuracy }: Evaluation): string {
  const { value, lower, upper } = accuracy
  const range = `${lower.toFixed(3)} to ${upper.toFixed(3)}`
  return `${split} accuracy ${value.toFixed(3)} (${range}) on ${photos} photos`
}
