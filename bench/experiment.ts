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

/** Who takes part: all of them in both loops, but a target's double not in what stands beside them. */
export interface Participants {
  readonly loops: readonly string[]
  readonly paper: readonly string[]
  /** Those that can be asked for no work, and which of them straight at their pods. */
  readonly zeroWork: readonly string[]
  readonly direct: readonly string[]
}

/**
 * Every trial of a run in its order, which the plan's seed decides: the paper's sequence and groups, then the blocks of
 * the closed loop; or those of the open loop alone. In a block each target is measured once at a level, next to the others and
 * in random order, so that what drifts while the run lasts meets all of them alike. What a host takes without any work of
 * the function's is measured next to the lowest level.
 */
export function toSchedule(plan: Plan, participants: Participants): readonly PlannedTrial[] {
  const random = createRandom(plan.seed)
  const { concurrency, groupRepetitions, sequenceRequests, blocks } = plan
  if (plan.openLoop !== undefined) return toOpenBlocks(plan.openLoop)
  const sequence = sequenceRequests === 0 ? [] : toBlock('sequence', 1, 0)
  const groups = toBlocks('group', groupRepetitions)
  return [...sequence, ...groups, ...toBlocks('closed-loop', blocks)]

  function toBlocks(experiment: 'group' | 'closed-loop', count: number): PlannedTrial[] {
    const lowest = Math.min(...concurrency)
    return Array.from({ length: count }, (_, block) =>
      shuffle(concurrency, random).flatMap((level) => [
        ...toBlock(experiment, level, block),
        ...(experiment === 'closed-loop' && level === lowest ? toZeroWork(block) : []),
      ]),
    ).flat()
  }

  function toZeroWork(block: number): PlannedTrial[] {
    return [...toBlock('zero-work', 1, block), ...toBlock('zero-work-direct', 1, block)]
  }

  function toBlock(experiment: ExperimentName, level: number, block: number): PlannedTrial[] {
    const photos = toOrder(plan.photos.length, random)
    return shuffle(toNames(experiment, participants), random).map((target, order) => ({
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
    const lowest = Math.min(...rates)
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
        const offering = shuffle(participants.loops, random).map((target, order): PlannedTrial => ({
          ...{ experiment: 'open-loop', concurrency: 0, offered, block, order, target, photos },
        }))
        return rate === lowest ? [...offering, ...toZeroWork(block)] : offering
      }),
    ).flat()
  }
}

function toNames(experiment: ExperimentName, participants: Participants): readonly string[] {
  if (experiment === 'zero-work') return participants.zeroWork
  if (experiment === 'zero-work-direct') return participants.direct
  return experiment.endsWith('loop') ? participants.loops : participants.paper
}

const toOrder = (count: number, random: Random): readonly number[] =>
  shuffle([...Array(count).keys()], random)
