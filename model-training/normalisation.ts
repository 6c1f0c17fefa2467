/** What a byte becomes: pixel = value * scale + offset. */
export interface Normalisation {
  readonly scale: number
  readonly offset: number
}

/** A byte becomes -1..1: so our networks are trained, and so MobileNets were. */
export const MINUS_ONE_TO_ONE: Normalisation = { scale: 1 / 127.5, offset: -1 }
