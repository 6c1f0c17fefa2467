/**
 * One start of a twin from nothing: a line of cold-starts.ndjson. Times are ms. Those of the harness count from when it
 * scaled the Deployment from 0 to 1; those of the cluster are differences between two of its own clock.
 */
export interface ColdStart {
  readonly target: string
  /** From 0: every target starts once in a block, in random order. */
  readonly block: number
  /** From 0: place in the block. */
  readonly order: number
  /** Of the pod: another one at each start. */
  readonly uid: string
  /** By the harness: it saw the pod on a node. */
  readonly scheduledAfter: number | null
  /** By the harness: the first right answer had arrived. */
  readonly answeredAfter: number
  /** By the harness: the response time of that answer, from when its request was sent. */
  readonly firstResponseTime: number
  /** By the cluster: from when the scheduler chose the node to the start of the program. */
  readonly scheduledToProcess: number | null
  /** By the program: since its process began. */
  readonly startToReady: number
  /** By the program: loading of the model. */
  readonly load: number
  /** Whether the model was loaded at the first call, as stock behaviour does. */
  readonly isLoadedAtFirstCall: boolean
  /** Whether the image was on the node already. */
  readonly isImagePresent: boolean
  /** Requests that were sent until one was answered right. */
  readonly attempts: number
  /** Why it is no cold start that can be used; undefined: it is one. */
  readonly dropped?: string
}

/** Parts of a cold start that follow one another and add up to the whole. */
export const STAGES = [
  'schedule',
  'container',
  'runtime',
  'model',
  'routing',
  'firstPrediction',
] as const

export type Stage = (typeof STAGES)[number]

/** What each stage is, in words. */
export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  schedule: 'Schedule',
  container: 'Container start',
  runtime: 'Runtime boot',
  model: 'Model load',
  routing: 'Readiness and routing',
  firstPrediction: 'First prediction',
}

/**
 * Splits a cold start, ms. `routing` is what the others leave: until the pod is seen to be ready, its Service leads to it
 * and the harness tries again.
 *
 * @returns undefined where a part is not known
 */
export function toStages(start: ColdStart): Readonly<Record<Stage, number>> | undefined {
  const { scheduledAfter, scheduledToProcess, startToReady, load, isLoadedAtFirstCall } = start
  if (scheduledAfter === null || scheduledToProcess === null) return undefined
  const { answeredAfter, firstResponseTime } = start
  const known = {
    schedule: scheduledAfter,
    container: scheduledToProcess,
    runtime: startToReady - (isLoadedAtFirstCall ? 0 : load),
    model: load,
    firstPrediction: firstResponseTime - (isLoadedAtFirstCall ? load : 0),
  }
  const routing = answeredAfter - Object.values(known).reduce((sum, time) => sum + time, 0)
  return { ...known, routing }
}
