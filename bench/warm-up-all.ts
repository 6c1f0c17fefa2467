import type { Body } from './load/load'
import type { Progress } from './progress'
import { createRandom, shuffle } from './random'
import { MeasurementError } from './run-schedule'
import type { Plan, WarmUp } from './run'
import type { Target } from './targets/target'
import { warmUp } from './warm-up'

interface WarmUpAllOptions {
  readonly plan: Plan
  readonly photos: readonly Body[]
  readonly targets: ReadonlyMap<string, Target>
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Told each as it has ended. */
  readonly addWarmUp: (warmUp: WarmUp) => Promise<void>
  readonly timeLimit: number
}

/** Before an open loop, enough that all workers are busy; before a closed one, its own highest. */
const WARM_UP_CONCURRENCY = 10

/** What is warmed up: a target that is reached in several ways has clients and queues for each. */
const toWay = ({ baseUrl, link }: Target): unknown => link ?? baseUrl

/**
 * Warms every target up, one after the other in an order drawn from the seed.
 *
 * @throws MeasurementError if one answers nothing
 */
export async function warmUpAll({
  plan,
  photos,
  targets,
  progress,
  signal,
  addWarmUp,
  timeLimit,
}: WarmUpAllOptions): Promise<readonly WarmUp[]> {
  const warmUps: WarmUp[] = []
  const order = [...photos.keys()]
  const concurrency = Math.max(...(plan.openLoop ? [WARM_UP_CONCURRENCY] : plan.concurrency))
  // One that is its own double once.
  const distinct = new Map([...targets].reverse().map((each) => [toWay(each[1]), each]))
  for (const [name, target] of shuffle([...distinct.values()], createRandom(plan.seed))) {
    const options = { target, name, photos, order, concurrency, timeLimit, signal }
    const result = await warmUp(options)
    signal.throwIfAborted()
    await addWarmUp(result)
    warmUps.push(result)
    if (result.medians.length === 0) {
      throw new MeasurementError(
        `${name} answered none of the ${result.requests} requests of its warm-up`,
      )
    }
    progress.say(
      `  ${name}: warm after ${result.requests} requests${result.steady ? '' : ', but not steady'}`,
    )
  }
  return warmUps
}
