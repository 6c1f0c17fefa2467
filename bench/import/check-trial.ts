import type { Observation } from '../run'
import { ImportError } from './import-error'
import type { ImportedTrial } from './imported'

/** By how much the rate may be another than was asked for. */
const RATE_DIFFERENCE = 0.05
/** Between fewer requests a rate is chance. */
const FEW = 20

/**
 * Checks that a trial is what it says: a closed loop of so many, with all photos in turn.
 *
 * @returns in words: what makes the run INVALID
 * @throws ImportError naming the file
 */
export function checkTrial(
  { file, workload, observations, failures }: ImportedTrial,
  photoCount: number,
): readonly string[] {
  if (observations.length === 0) throw new ImportError(`${file} has no request in it`)
  requireTurns(file, observations, photoCount, failures.length > 0)
  if (workload.kind === 'open') return toRateFailures(workload.rate, observations)
  const most = toMostAtOnce(observations)
  if (most <= workload.concurrency) return []
  throw new ImportError(
    `${file}: ${most} requests were on their way at once, more than closed:${workload.concurrency} says`,
  )
}

/** Where each photo was sent as often as the others, targets get the same ones; what was cut off is missing. */
function requireTurns(
  file: string,
  observations: readonly Observation[],
  photoCount: number,
  isCut: boolean,
): void {
  const counts = new Array<number>(photoCount).fill(0)
  for (const { photo } of observations) counts[photo] = (counts[photo] ?? 0) + 1
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  if (most - least <= 1 || isCut) return
  throw new ImportError(
    `${file}: one photo was sent ${most} times and another ${least} times, so not in turn: targets would get different photos`,
  )
}

function toRateFailures(rate: number, observations: readonly Observation[]): readonly string[] {
  const span = (observations.at(-1)?.sentAt ?? 0) - (observations[0]?.sentAt ?? 0)
  const sent = ((observations.length - 1) * 1000) / span
  if (observations.length < FEW || Math.abs(sent / rate - 1) <= RATE_DIFFERENCE) return []
  return [`${sent.toFixed(1)} requests a second were sent, and not ${rate}`]
}

/** ms by which a file's times may be off: it may have whole ones. */
const CLOCK = 1

/** The most requests that were on their way at the same time; of those without an answer it is not known how long. */
export function toMostAtOnce(observations: readonly Observation[]): number {
  const changes = observations
    .flatMap(({ sentAt, responseTime }) =>
      responseTime === null
        ? []
        : [
            { at: sentAt, by: 1 },
            { at: Math.max(sentAt, sentAt + responseTime - CLOCK), by: -1 },
          ],
    )
    // At the same time ends come first: a user sends when it was answered.
    .sort((one, other) => one.at - other.at || one.by - other.by)
  let [now, most] = [0, 0]
  for (const { by } of changes) {
    now += by
    most = Math.max(most, now)
  }
  return most
}

/** From the first request sent to the last answer, ms. */
export const toDuration = (observations: readonly Observation[]): number =>
  observations.reduce((last, row) => Math.max(last, row.sentAt + (row.responseTime ?? 0)), 0)
