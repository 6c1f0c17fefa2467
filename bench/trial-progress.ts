import type { PlannedTrial } from './experiment'
import type { Plan } from './run'
import { toSizeAt } from './trial-size'

/** What is done before each trial: of the requests, or where trials last a time, of the trials. */
export function toShares(
  schedule: readonly PlannedTrial[],
  { trialSize, sequenceRequests }: Plan,
): number[] {
  const weights = schedule.map(({ experiment, concurrency }) => {
    if (experiment === 'open-loop') return 1
    if (experiment === 'group') return concurrency
    if (experiment === 'sequence') return sequenceRequests
    // Each takes a tenth of a photo's time or less.
    if (experiment.startsWith('zero-work')) return 0
    const size = toSizeAt(trialSize, concurrency)
    return 'requests' in size ? size.requests : size.duration
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let done = 0
  return weights.map((weight) => {
    const share = done / total
    done += weight
    return share
  })
}

/** What is being measured. */
export function toWords(
  { experiment, concurrency, offered, block, target }: PlannedTrial,
  plan: Plan,
): string {
  if (experiment === 'sequence') return `one request after the other, ${target}`
  if (experiment === 'group') {
    return `group of ${concurrency}, ${block + 1} of ${plan.groupRepetitions}, ${target}`
  }
  if (experiment.startsWith('zero-work')) {
    return `block ${block + 1} of ${plan.blocks}, without work, ${target}`
  }
  if (offered !== undefined) {
    return `block ${block + 1} of ${plan.blocks}, ${offered.rate} a second, ${target}`
  }
  return `block ${block + 1} of ${plan.blocks}, ${concurrency} at once, ${target}`
}
