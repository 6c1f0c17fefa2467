import { LATE } from '../load/generator-delay'
import { toFigure } from './format'
import type { Condition, OpenCondition } from './report'

/** Of the p99 that users wait, as a share: what the load generator came late, more than this, is worth a word. */
const LATE_PART = 0.2
/** In more than 1 of 100 a load generator that is late has not offered what it says, or seen answers when they came. */
const LATE_SHARE = 0.01
/** So few are told of, but make no run INVALID: of a short one each is a large share. */
const LATE_STALLS = 4

/** Why a run is INVALID: the closed loop's answers were seen late. */
export function toBusy({ target, workload, generatorLooks }: Condition): readonly string[] {
  const { looks, late } = generatorLooks ?? { looks: 0, late: 0 }
  return late <= Math.max(LATE_STALLS, looks * LATE_SHARE)
    ? []
    : [
        `the load generator was busy: while ${target} was loaded (${toWorkloadWords(workload)}) it was more than ${LATE} ms late in ${late} of ${looks} looks`,
      ]
}

/** Why a run is INVALID: the open loop did not send when it was to. */
export function toLate({ target, workload, lag }: OpenCondition): readonly string[] {
  const late = lag.p99 ?? 0
  return late <= LATE
    ? []
    : [
        `the load generator came late: 1 of 100 requests to ${target} at ${workload.rate} a second was sent ${late.toFixed(0)} ms or more after its time`,
      ]
}

/** A warning: response times count from the planned send, so that a late one is in them, and is not the target's. */
export function toLateWarnings({
  target,
  workload,
  lag,
  responseTime,
}: OpenCondition): readonly string[] {
  const [late, p99] = [lag.p99, responseTime.p99.value]
  if (late === null || p99 === null || late <= LATE_PART * p99 || late > LATE) return []
  return [
    `of the p99 of ${target} at ${workload.rate} a second, ${toFigure(p99)} ms, a part may be the load generator's: 1 of 100 requests was sent ${toFigure(late)} ms or more after its time`,
  ]
}

/** Which trials these are. */
export const toWorkloadWords = (workload: (Condition | OpenCondition)['workload']): string =>
  workload.kind === 'open-loop' ? `${workload.rate} a second` : `${workload.concurrency} at once`
