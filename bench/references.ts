import { agree, TOLERANCE, toModel, toPrediction, toWords } from './load/answer'
import type { Prediction } from './load/answer'
import { toClassifyUrl } from './load/load'
import type { Body } from './load/load'
import { toExcerpt } from './load/observations'
import { toReason } from './load/reason'
import { post } from './load/single'
import type { TargetFacts } from './run'
import { TargetError } from './targets/target'

/** What a target answers without load. */
export interface References {
  readonly predictions: readonly Prediction[]
  /** As its answers name it. */
  readonly model: TargetFacts['model']
}

/**
 * Asks a target for each photo once, one after the other.
 *
 * @throws TargetError if it does not answer one of them with a prediction
 */
export async function readReferences(
  { baseUrl, facts }: { readonly baseUrl: string; readonly facts: { readonly name: string } },
  { photos, timeLimit, signal }: ReadOptions,
): Promise<References> {
  const predictions: Prediction[] = []
  let model: TargetFacts['model'] = null
  for (const [index, photo] of photos.entries()) {
    const where = `${facts.name}, without load, photo ${index + 1} of ${photos.length}`
    const timeout = AbortSignal.timeout(timeLimit)
    const limits = AbortSignal.any([signal, timeout])
    const answer = await post(toClassifyUrl(baseUrl), photo, limits).catch((cause: unknown) => {
      signal.throwIfAborted()
      const why = timeout.aborted ? ` within ${timeLimit / 1000} s` : `: ${toReason(cause)}`
      throw new TargetError(`${where}: no answer${why}`, { cause })
    })
    const prediction = toPrediction(answer.body)
    if (answer.status !== 200 || prediction === undefined) {
      throw new TargetError(`${where}: ${answer.status}: ${toExcerpt(answer.body)}`)
    }
    predictions.push(prediction)
    model = toModel(answer.body)
  }
  return { predictions, model }
}

interface ReadOptions {
  readonly photos: readonly Body[]
  readonly timeLimit: number
  readonly signal: AbortSignal
}

/** Where two targets' answers are not the same, in words; each photo that differs is counted, the first is told. */
export function findDisagreement(
  [name, predictions]: readonly [string, readonly Prediction[]],
  [otherName, others]: readonly [string, readonly Prediction[]],
): string | undefined {
  const differing = predictions.flatMap((prediction, index) => {
    const other = others[index]
    return other !== undefined && agree(prediction, other) ? [] : [{ index, prediction, other }]
  })
  const [first] = differing
  if (first === undefined) return undefined
  const { index, prediction, other } = first
  return (
    `${name} and ${otherName} predict ${differing.length} of ${predictions.length} photos differently ` +
    `(more than ${TOLERANCE}): photo ${index + 1} is ${toWords(prediction)} and ${other === undefined ? 'unknown' : toWords(other)}`
  )
}
