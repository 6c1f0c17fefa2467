import type { Stabilization } from '../clusters/cluster'
import type { RatePoint } from '../load/arrivals'

/** How long each part of the load lasts, s, and how the autoscalers are set. */
interface Profile {
  /** At the base rate, before. */
  readonly before: number
  readonly rise: number
  readonly peak: number
  readonly fall: number
  /** At the base rate, until pods are gone again. */
  readonly after: number
  readonly stabilization: Stabilization
}

/** `full` waits as the twins are deployed: above the target for a minute, below it for ten. */
export const PROFILES = {
  full: {
    ...{ before: 60, rise: 240, peak: 240, fall: 60, after: 720 },
    stabilization: { scaleUp: 60, scaleDown: 600 },
  },
  short: {
    ...{ before: 5, rise: 15, peak: 45, fall: 5, after: 50 },
    stabilization: { scaleUp: 0, scaleDown: 15 },
  },
} as const satisfies Record<string, Profile>

export type ProfileName = keyof typeof PROFILES

/** The load of a profile: from a base rate to a peak and back, requests a second. */
export function toPoints(
  name: ProfileName,
  { base, peak }: { readonly base: number; readonly peak: number },
): readonly RatePoint[] {
  const profile = PROFILES[name]
  let at = 0
  const after = (seconds: number, rate: number): RatePoint => ({ at: (at += seconds), rate })
  return [
    { at, rate: base },
    after(profile.before, base),
    after(profile.rise, peak),
    after(profile.peak, peak),
    after(profile.fall, base),
    after(profile.after, base),
  ]
}
