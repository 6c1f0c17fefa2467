import { LABELS } from '../inference/index'
import { findLeftOutSources, isLeftOut, type LeftOutSource } from './left-out-sources'
import { measure, predict } from './evaluate'
import { toWilsonInterval, type Interval } from './interval'
import { toMinutes } from './made-network'
import type { LabelledPhotos } from './photos'
import { pickPhotos } from './pick-photos'
import { trainNetwork, type TrainNetworkOptions } from './train-network'

/** How a network does on the photos of a source that were left out when it learnt. */
export interface SourceResult extends LeftOutSource {
  readonly photos: number
  readonly accuracy: Interval
  /** Photos of each label, and how many of them were told right. */
  readonly perLabel: Readonly<Record<string, { readonly photos: number; readonly right: number }>>
}

/** What leave-one-source-out.json holds. */
export interface SourcesReport {
  /** What was typed, but for the folders' places. */
  readonly command: string
  readonly commit: string
  readonly engine: { readonly name: string; readonly version: string }
  readonly network: string
  /** Width and height of its input. */
  readonly size: number
  readonly epochs: number
  readonly seed: number
  readonly licenceTiers: readonly string[]
  /** The backbone's name. */
  readonly teacher: string | null
  /** That all trainings took. */
  readonly minutes: number
  /** That the teacher's features took, which all of them share; absent without one, or where it is not known. */
  readonly teacherMinutes?: number
  readonly sources: readonly SourceResult[]
}

/**
 * Trains once for each source of a label that has another one, without its photos of such labels, and tests
 * on all of these, whichever part of the data they are in. Its photos of labels that no other source has stay.
 */
export async function leaveOneSourceOut(
  given: Omit<TrainNetworkOptions, 'leftOut'>,
): Promise<Pick<SourcesReport, 'sources' | 'minutes' | 'teacherMinutes'>> {
  const { photos, normalisation, say } = given
  const sources = findLeftOutSources(photos.parts.train.entries)
  const parts = [await photos.decodeTrainingAsServed(), photos.parts.val, photos.parts.test]
  const results: SourceResult[] = []
  const times = { training: 0, teacher: undefined as number | undefined }
  for (const [i, leftOut] of sources.entries()) {
    say(`without ${leftOut.source} (${i + 1} of ${sources.length})`)
    const { network, trainingTime, teacherTime } = await trainNetwork({ ...given, leftOut })
    times.training += trainingTime
    times.teacher = teacherTime
    const own = parts.map((part) => pickPhotos(part, (entry) => isLeftOut(leftOut, entry)))
    const tested = own
      .filter(({ entries }) => entries.length > 0)
      .flatMap((part) => toOutcomes(part, predict(network, part, normalisation)))
    network.dispose()
    const result = toResult(leftOut, tested)
    const { value, lower, upper } = result.accuracy
    const range = `${value.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`
    say(`${leftOut.source}: accuracy ${range} on ${result.photos} photos`)
    results.push(result)
  }
  return {
    minutes: toMinutes(times.training),
    ...(times.teacher !== undefined && { teacherMinutes: toMinutes(times.teacher) }),
    sources: results,
  }
}

interface Outcome {
  readonly label: number
  readonly isRight: boolean
}

const toOutcomes = (
  { labels }: LabelledPhotos,
  probabilities: readonly Float32Array[],
): Outcome[] =>
  labels.map((label, i) => {
    const one = probabilities.slice(i, i + 1)
    return { label, isRight: measure(one, [label]).accuracy === 1 }
  })

function toResult(leftOut: LeftOutSource, outcomes: readonly Outcome[]): SourceResult {
  const right = outcomes.filter(({ isRight }) => isRight)
  const perLabel = leftOut.labels.map((name) => {
    const isOwn = ({ label }: Outcome): boolean => LABELS[label] === name
    return [name, { photos: outcomes.filter(isOwn).length, right: right.filter(isOwn).length }]
  })
  return {
    ...leftOut,
    photos: outcomes.length,
    accuracy: toWilsonInterval(right.length, outcomes.length),
    perLabel: Object.fromEntries(perLabel) as SourceResult['perLabel'],
  }
}
