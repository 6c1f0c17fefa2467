import type { Profiler } from 'node:inspector'
import { toOrphansWork, toWork } from './parts'
import type { Work } from './parts'
import type { CallFrame, ToSource } from './sources'

/** What of a .cpuprofile is used; times in microseconds. */
export interface CpuProfile extends Pick<
  Profiler.Profile,
  'startTime' | 'endTime' | 'samples' | 'timeDeltas'
> {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: CallFrame
    readonly children?: readonly number[] | undefined
  }[]
}

/** Milliseconds by what they were spent on. */
export type WorkMs = Readonly<Partial<Record<Work, number>>>

const IDLE = '(idle)'

interface ProfileOptions {
  readonly samplingIntervalUs: number
  readonly toSource: ToSource
}

/**
 * The time of a thread by what it worked on. A sample stands for what its innermost function works on, or where that says
 * nothing, the innermost of its callers that does.
 *
 * It stands for the time until the next one, but for no more than the interval: V8 sleeps that long from one sample to the
 * next, and if more has passed, the thread had to leave its core, to the sampler or to others, or the sampler had to wait.
 */
export function toWorkMs(
  profile: CpuProfile,
  { samplingIntervalUs, toSource }: ProfileOptions,
): WorkMs {
  const { nodes } = profile
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((of) => [of, id])))
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))

  function workOf(id: number): Work {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = frames.get(at)
      const work = frame && toWork(toSource(frame), frame.functionName)
      if (work !== undefined) return work
    }
    const frame = frames.get(id)
    return frame === undefined ? 'other' : toOrphansWork(toSource(frame))
  }

  const sums: Partial<Record<Work, number>> = {}
  for (const [id, ms] of toSelfMs(profile, samplingIntervalUs)) {
    if (frames.get(id)?.functionName === IDLE) continue
    const work = workOf(id)
    sums[work] = (sums[work] ?? 0) + ms
  }
  return sums
}

/** By node, without its children. */
function toSelfMs(
  { samples = [], timeDeltas = [], startTime, endTime }: CpuProfile,
  mostUs: number,
): ReadonlyMap<number, number> {
  const sums = new Map<number, number>()
  let at = startTime
  const times = timeDeltas.map((delta) => (at += delta))
  for (const [i, id] of samples.entries()) {
    const us = (times[i + 1] ?? endTime) - (times[i] ?? endTime)
    sums.set(id, (sums.get(id) ?? 0) + Math.min(us, mostUs) / 1000)
  }
  return sums
}
