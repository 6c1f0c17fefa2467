import { toArrivals, toConstantArrivals } from './load/arrivals'
import { createRandom, shuffle } from './random'
import type { Random } from './random'
import type { ExperimentName, OpenLoopPlan, Plan } from './run'

/** One target's part of a block, still to be measured. */
export interface PlannedTrial {
  readonly experiment: ExperimentName
  readonly concurrency: number
  /** Of the open loop: requests a second, and when each is sent (ms), the same for all targets of the block. */
  readonly offered?: { readonly rate: number; readonly arrivals: readonly number[] }
  readonly block: number
  readonly order: number
  readonly target: string
  /** Numbers of photos in the order in which they are sent: the same for all targets of the block. */
  readonly photos: readonly number[]
}

/** Who takes part: all of them in both loops, but a target's double not in the paper's experiment. */
export interface Participants {
  readonly loops: readonly string[]
  readonly paper: readonly string[]
}

/**
 * Every trial of a run in its order, which the plan's seed decides: the paper's sequence and groups, then the blocks of
 * the closed loop; or those of the open loop alone. In a block each target is measured once at a level, next to the others and in random order, so that
 * what drifts while the run lasts meets all of them alike.
 */
export function toSchedule(plan: Plan, participants: Participants): readonly PlannedTrial[] {
  const random = createRandom(plan.seed)
  const { concurrency, groupRepetitions, sequenceRequests, blocks } = plan
  if (plan.openLoop !== undefined) return toOpenBlocks(plan.openLoop)
  const sequence = sequenceRequests === 0 ? [] : toBlock('sequence', 1, 0)
  const groups = toBlocks('group', groupRepetitions)
  return [...sequence, ...groups, ...toBlocks('closed-loop', blocks)]

  function toBlocks(experiment: ExperimentName, count: number): PlannedTrial[] {
    return Array.from({ length: count }, (_, block) =>
      shuffle(concurrency, random).flatMap((level) => toBlock(experiment, level, block)),
    ).flat()
  }

  function toBlock(experiment: ExperimentName, level: number, block: number): PlannedTrial[] {
    const photos = toOrder(plan.photos.length, random)
    const names = experiment === 'closed-loop' ? participants.loops : participants.paper
    return shuffle(names, random).map((target, order) => ({
      experiment,
      concurrency: level,
      block,
      order,
      target,
      photos,
    }))
  }

  function toOpenBlocks(openLoop: OpenLoopPlan): PlannedTrial[] {
    const { rates, duration } = openLoop
    return Array.from({ length: blocks }, (_, block) =>
      shuffle(rates, random).flatMap((rate) => {
        const photos = toOrder(plan.photos.length, random)
        const points = [
          { at: 0, rate },
          { at: duration / 1000, rate },
        ]
        const arrivals =
          openLoop.arrivals === 'constant'
            ? toConstantArrivals(rate, duration)
            : toArrivals(points, random)
        const offered = { rate, arrivals }
        return shuffle(participants.loops, random).map((target, order): PlannedTrial => ({
          ...{ experiment: 'open-loop', concurrency: 0, offered, block, order, target, photos },
        }))
      }),
    ).flat()
  }
}

const toOrder = (count: number, random: Random): readonly number[] =>
  shuffle([...Array(count).keys()], random)
