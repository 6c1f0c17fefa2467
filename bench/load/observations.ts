import type { Observation, Outcome } from '../run'
import { agree, toPrediction, toWords } from './answer'
import type { Prediction } from './answer'
import type { Answer, Failure, Load } from './load'
import { toTimings } from './server-timing'
import { isZeroWorkAnswer } from './zero-work'

/** The rows of one trial, and the first words of what went wrong. */
export interface Observed {
  readonly observations: readonly Observation[]
  readonly messages: readonly string[]
}

const MAX_MESSAGES = 3
const EXCERPT = 160
/** What a server answers that has too much to do. */
const REFUSED = 503

/**
 * Checks every answer of a load against the target's own answers without load.
 *
 * @param references by the photo's number
 */
export const toObservations = (load: Load, references: readonly Prediction[]): Observed =>
  observe(load, (answer) => check(answer, references[answer.photo]))

/** Checks that each request was refused by the function, as one that asks it for no work is. */
export const toZeroWorkObservations = (load: Load): Observed => observe(load, checkZeroWork)

interface Checked {
  readonly outcome: Outcome
  readonly message?: string
}

function observe(load: Load, checkOne: (answer: Answer) => Checked): Observed {
  const messages = new Set<string>()
  const note = (message: string): void => {
    if (messages.size < MAX_MESSAGES) messages.add(message)
  }
  const answered = load.answers.map((answer): Observation => {
    const { outcome, message } = checkOne(answer)
    if (message !== undefined) note(message)
    const { photo, sentAt, responseTime, status, lag = null } = answer
    return { photo, sentAt, responseTime, status, outcome, ...toTimings(answer.serverTiming), lag }
  })
  const failed = load.failures.map((failure): Observation => {
    note(failure.message)
    return toUnanswered(failure)
  })
  const observations = [...answered, ...failed].sort((one, other) => one.sentAt - other.sentAt)
  return { observations, messages: [...messages] }
}

function toUnanswered({ photo, sentAt, outcome, lag }: Failure): Observation {
  const unanswered = { responseTime: null, status: null, ...toTimings(undefined) }
  return { photo, sentAt, outcome, ...unanswered, lag: lag ?? null }
}

function checkZeroWork(answer: Answer): Checked {
  if (isZeroWorkAnswer(answer)) return { outcome: 'right' }
  const { status, body } = answer
  return { outcome: 'status', message: `${status} to no photo: ${toExcerpt(body)}` }
}

function check({ status, body }: Answer, reference: Prediction | undefined): Checked {
  if (status !== 200) {
    const outcome = status === REFUSED ? 'refused' : 'status'
    return { outcome, message: `${status}: ${toExcerpt(body)}` }
  }
  const prediction = toPrediction(body)
  if (prediction === undefined) {
    return { outcome: 'garbage', message: `no prediction in the answer: ${toExcerpt(body)}` }
  }
  if (reference !== undefined && agree(prediction, reference)) return { outcome: 'right' }
  const expected = reference === undefined ? 'nothing' : toWords(reference)
  return { outcome: 'wrong', message: `${toWords(prediction)}, but ${expected} without load` }
}

/** How many ended in each way. */
export function countOutcomes(
  observations: readonly Observation[],
): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {}
  for (const { outcome } of observations) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** The first words of an answer, on one line. */
export function toExcerpt(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim()
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line
}
