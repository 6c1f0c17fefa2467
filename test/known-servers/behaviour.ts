/** How a server with known behaviour answers. Times are ms. */
export type Behaviour =
  | { readonly kind: 'fixed'; readonly answerTime: number }
  /** Each request of so many is held for long, and nobody else. */
  | {
      readonly kind: 'rare-stalls'
      readonly answerTime: number
      readonly every: number
      readonly stallTime: number
    }
  /** Once in every period nobody is answered for a while, as of a collection of garbage or a machine that is moved. */
  | {
      readonly kind: 'server-wide-stalls'
      readonly answerTime: number
      readonly period: number
      readonly stallTime: number
    }

/** A request as it arrives. */
export interface Arrival {
  /** From 1, in the order of arrival. */
  readonly number: number
  /** Since the first request arrived. */
  readonly arrivedAt: number
}

/** When it is to be answered, since the first request arrived. */
export function toDue(behaviour: Behaviour, { number, arrivedAt }: Arrival): number {
  const due = arrivedAt + behaviour.answerTime
  switch (behaviour.kind) {
    case 'fixed':
      return due
    case 'rare-stalls':
      return number % behaviour.every === 0 ? arrivedAt + behaviour.stallTime : due
    case 'server-wide-stalls': {
      const beganAt = Math.floor(due / behaviour.period) * behaviour.period
      // The first period has none, so that whoever measures gets going.
      return beganAt > 0 ? Math.max(due, beganAt + behaviour.stallTime) : due
    }
  }
}

/**
 * What users would wait who come when it is planned, if nothing but the server took time.
 *
 * @param arrivals ms, ascending
 */
export function toTruth(behaviour: Behaviour, arrivals: readonly number[]): readonly number[] {
  const first = arrivals[0] ?? 0
  return arrivals.map((at, index) => {
    const arrivedAt = at - first
    return toDue(behaviour, { number: index + 1, arrivedAt }) - arrivedAt
  })
}
