import type { PlannedTrial } from './experiment'
import type { Progress } from './progress'
import type { Recorder } from './recorder'
import type { Trial } from './run'
import { runTrial } from './trial'
import type { Bench } from './trial'
import { toShares, toWords } from './trial-progress'

interface Scheduled {
  readonly bench: Bench
  readonly schedule: readonly PlannedTrial[]
  readonly recorder: Recorder
  readonly progress: Progress
}

/** What stops a run before its end and makes it INVALID. */
export class MeasurementError extends Error {
  override readonly name = 'MeasurementError'
}

/**
 * Measures and records trial after trial.
 *
 * @param renewAll called before each block but the first of a loop, where the plan wants new processes
 * @throws MeasurementError if a target answers nothing right
 */
export async function runSchedule(
  { recorder, progress, bench, schedule }: Scheduled,
  renewAll: () => Promise<void>,
): Promise<void> {
  const shares = toShares(schedule, bench.plan)
  for (const [id, planned] of schedule.entries()) {
    bench.signal.throwIfAborted()
    if (bench.plan.fresh === true && beginsBlock(planned, schedule[id - 1])) await renewAll()
    progress.update(shares[id] ?? 0, toWords(planned, bench.plan))
    const { trial, observations } = await runTrial(bench, planned, id)
    // What was stopped midway is no trial.
    bench.signal.throwIfAborted()
    await recorder.recordTrial(trial, observations)
    if (trial.outcomes.right === undefined && trial.requests > 0)
      throw new MeasurementError(toHopeless(trial))
  }
}

/** Of a loop; the first one has the processes that the run began with. */
const beginsBlock = (planned: PlannedTrial, before: PlannedTrial | undefined): boolean =>
  before !== undefined && isOfLoop(planned) && isOfLoop(before) && before.block !== planned.block

const isOfLoop = ({ experiment }: PlannedTrial): boolean =>
  experiment.endsWith('loop') || experiment.startsWith('zero-work')

const toHopeless = ({ target, experiment, concurrency, rate, requests, messages }: Trial): string =>
  `${target} answered none of ${requests} requests right (${experiment}, ${rate === undefined ? `${concurrency} at once` : `${rate} a second`}): ${messages.join('; ')}`
