import { SPLITS, type Exclusion } from './data/entry'
import type { ReadingProgress } from './data/reading'
import type { Dataset } from './dataset'
import type { Evaluation } from './evaluate'
import type { EpochLog } from './progress'

const COLUMNS = ['epoch', 'loss', 'accuracy', 'validationLoss', 'validationAccuracy'] as const

/** The training log as CSV, one line an epoch. */
export function toCsv(log: readonly EpochLog[]): string {
  const rows = log.map((entry) => COLUMNS.map((name) => Number(entry[name].toFixed(5))).join(','))
  return [COLUMNS.join(','), ...rows, ''].join('\n')
}

/** One line of progress for people. */
export function toProgressLine(entry: EpochLog, epochs: number, timeLeft: number): string {
  return (
    `epoch ${entry.epoch}/${epochs}  loss ${entry.loss.toFixed(3)}` +
    `  accuracy ${entry.accuracy.toFixed(3)}  validation loss ${entry.validationLoss.toFixed(3)}` +
    `  validation accuracy ${entry.validationAccuracy.toFixed(3)}  ${toDuration(timeLeft)} left`
  )
}

/** How far a reading of photos has come. */
export const toReadingLine = ({ task, done, total, timeLeft }: ReadingProgress): string =>
  `${task}: ${done}/${total}, ${toDuration(timeLeft)} left`

/** @param time in ms */
function toDuration(time: number): string {
  const minutes = time / 60_000
  return minutes < 1 ? `${Math.ceil(minutes * 60)} s` : `${Math.ceil(minutes)} min`
}

/** How many photos are used, how many are not for which reason, and what else should be known of them. */
export function toDatasetLines({
  entries,
  excluded,
  warnings,
}: Pick<Dataset, 'entries' | 'excluded' | 'warnings'>): string[] {
  const used = SPLITS.map(
    (split) => `${split} ${entries.filter((entry) => entry.split === split).length} photos`,
  )
  const notes = warnings.map((warning) => `warning: ${warning}`)
  return [used.join(', '), ...toExclusionLines(excluded), ...notes]
}

/** A line for each reason, with as many examples as asked for. */
export function toExclusionLines(excluded: readonly Exclusion[], examples = 1): string[] {
  const byReason = new Map<string, Exclusion[]>()
  for (const exclusion of excluded) {
    const same = byReason.get(exclusion.reason)
    if (same) same.push(exclusion)
    else byReason.set(exclusion.reason, [exclusion])
  }
  return [...byReason].map(([reason, photos]) => {
    const some = photos.slice(0, examples).map(toExample).join(', ')
    return `not used: ${photos.length} photos, ${reason}, such as ${some}`
  })
}

const toExample = ({ file, detail }: Exclusion): string =>
  detail === undefined ? file : `${file} (${detail})`

/** Accuracy with its interval. */
export function toEvaluationLine({ split, photos, accuracy }: Evaluation): string {
  const { value, lower, upper } = accuracy
  const range = `${lower.toFixed(3)} to ${upper.toFixed(3)}`
  return `${split} accuracy ${value.toFixed(3)} (${range}) on ${photos} photos`
}
