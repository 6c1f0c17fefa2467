import { LABELS } from '../inference/index'
import { findLeftOutSources, isLeftOut, type LeftOutSource } from './left-out-sources'
import { measure, predict } from './evaluate'
import { toWilsonInterval, type Interval } from './interval'
import type { LabelledPhotos } from './photos'
import { pickPhotos } from './pick-photos'
import { trainNetwork, type TrainNetworkOptions } from './train-network'

/** How a network does on a source that it has learnt nothing from. */
export interface SourceResult extends LeftOutSource {
  readonly photos: number
  readonly accuracy: Interval
  /** Photos of each label, and how many of them were told right. */
  readonly perLabel: Readonly<Record<string, { readonly photos: number; readonly right: number }>>
}

/**
 * Trains once for each source of a label that has another one, without any photo of it, and tests on
 * all its photos, whichever part of the data they are in.
 */
export async function leaveOneSourceOut(
  given: Omit<TrainNetworkOptions, 'leftOut'>,
): Promise<SourceResult[]> {
  const { photos, normalisation, say } = given
  const sources = findLeftOutSources(photos.parts.train.entries)
  const parts = [await photos.decodeTrainingAsServed(), photos.parts.val, photos.parts.test]
  const results: SourceResult[] = []
  for (const [i, leftOut] of sources.entries()) {
    say(`without ${leftOut.source} (${i + 1} of ${sources.length})`)
    const { network } = await trainNetwork({ ...given, leftOut })
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
  return results
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
