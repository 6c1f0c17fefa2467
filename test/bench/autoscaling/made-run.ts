import { PROFILES, toPoints } from '../../../bench/autoscaling/profiles'
import type { RawAutoscaling, RequestSample, Sample } from '../../../bench/autoscaling/run'
import { SCALED } from '../../../bench/autoscaling/scaled'
import { ENVIRONMENT, toFacts } from '../../helpers/raw-run'

const STEP = 3

export const PLAN = {
  ...{ profile: 'short', seed: 1, stabilization: PROFILES.short.stabilization },
  points: toPoints('short', { base: 1, peak: 10 }),
}

/** One sample every three seconds; the second pod is wanted from `upAt` on and ready 6 s later, until `downAt`. */
export function toSamples(
  target: string,
  { upAt = 30, downAt = 99 }: { readonly upAt?: number; readonly downAt?: number } = {},
): readonly Sample[] {
  return Array.from({ length: 40 }, (_, index): Sample => {
    const at = (index + 1) * STEP
    const wanted = at >= upAt && at < downAt ? 2 : 1
    const ready = at >= upAt + 6 && at < downAt ? 2 : 1
    return {
      ...{ target, at, wanted, ready, utilization: at >= 24 && at < 81 ? 120 : 20 },
      pods: Array.from({ length: ready }, (_, pod) => ({
        ...{ name: `${target}-${pod}`, cpuSeconds: at * 0.25, memoryBytes: 2 ** 27 },
        countedAt: 1e12 + at * 1000,
      })),
      requests: toRequests(at),
    }
  })
}

/** One a second; it takes 100 ms, and 20 once there are two pods. */
const toRequests = (at: number): readonly RequestSample[] =>
  [3, 2, 1].map((before) => [(at - before) * 1000 + 500, 1, at > 36 && at <= 99 ? 20 : 100])

export function toRaw(
  rows: readonly Sample[] = SCALED.flatMap(({ name }) => toSamples(name)),
  run: Partial<RawAutoscaling['run']> = {},
): RawAutoscaling {
  return {
    run: {
      ...{ kind: 'autoscaling', version: 1, plan: PLAN },
      targets: SCALED.map(({ name }) => toFacts(name)),
      autoscalers: SCALED.map(({ name }) => ({
        ...{ target: name, minReplicas: 1, maxReplicas: 4, targetUtilization: 80 },
        ...{ requestedCores: 0.25, limitCores: 0.5, scaleUpWindow: 0, scaleDownWindow: 15 },
      })),
      ...{ clusters: [], failures: [], state: 'completed' },
      ...run,
    },
    environment: ENVIRONMENT,
    rows,
  }
}
