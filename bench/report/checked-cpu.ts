import type { RawRun } from '../read-run'
import { sumKnown } from './cells'
import type { CheckedCpu } from './report'

/** CPU of the whole measurement, and of it that of the times when others were loaded. */
export function toCheckedCpu({ run, trials }: RawRun): readonly CheckedCpu[] | undefined {
  return run.cpuChecks?.map((check) => {
    const own = trials.filter(
      ({ target, startedAt }) => target === check.target && startedAt < check.endedAt,
    )
    const loaded = sumKnown(own.map(({ cpuSeconds }) => cpuSeconds[check.target]))
    const busy = own.reduce((sum, { duration }) => sum + duration, 0) / 1000
    const idle = check.duration - busy
    const isKnown = check.cpuSeconds !== null && loaded !== null && idle > 0
    return {
      ...check,
      idleShare: isKnown ? Math.max(0, (check.cpuSeconds - loaded) / idle) : null,
    }
  })
}
