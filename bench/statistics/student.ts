/**
 * Student's t distribution. Its tail is half of the regularised incomplete beta function
 * I_x(degrees / 2, 1 / 2) at x = degrees / (degrees + t^2) (Abramowitz and Stegun 26.7.1), whose
 * continued fraction is evaluated by Lentz' method (Press et al., Numerical Recipes, 6.4).
 */

/** More steps than any degrees up to 1e6 need. */
const MOST_STEPS = 10_000
const PRECISION = 1e-15
/** Stands for a zero that the continued fraction would divide by. */
const TINY = 1e-300

/** From here on the series of `gammaRatio` is exact to 1e-14. */
const SERIES_FROM = 50

/** Quantiles that were asked for before: intervals ask for the same few again and again. */
const known = new Map<string, number>()

/**
 * The probability that a t of so many degrees of freedom is at most `t`; exact to about 1e-12.
 *
 * @throws RangeError unless 0 < degrees < Infinity and t is a number
 */
export function studentCdf(t: number, degrees: number): number {
  requireDegrees(degrees)
  if (Number.isNaN(t)) throw new RangeError('t is not a number')
  const tail = upperTail(Math.abs(t), degrees)
  return t > 0 ? 1 - tail : tail
}

/**
 * The t that is exceeded with probability 1 - p; exact to about 1e-10 of itself.
 *
 * @throws RangeError unless 0 < p < 1 and 0 < degrees < Infinity
 */
export function studentQuantile(p: number, degrees: number): number {
  requireDegrees(degrees)
  if (!(p > 0 && p < 1)) throw new RangeError(`${p} is not between 0 and 1`)
  const key = `${p} ${degrees}`
  const before = known.get(key)
  if (before !== undefined) return before
  const quantile = p < 0.5 ? -solveTail(p, degrees) : solveTail(1 - p, degrees)
  known.set(key, quantile)
  return quantile
}

function requireDegrees(degrees: number): void {
  if (degrees > 0 && degrees < Infinity) return
  throw new RangeError(`${degrees} are not degrees of freedom`)
}

/** The t >= 0 whose upper tail is `tail`. */
function solveTail(tail: number, degrees: number): number {
  let t = 0
  // The tail is convex there: Newton's steps from 0 come nearer and never pass the solution.
  for (let step = 0; step < MOST_STEPS; step++) {
    const change = (upperTail(t, degrees) - tail) / density(t, degrees)
    t += change
    if (Math.abs(change) <= 1e-13 * t) break
  }
  return t
}

function density(t: number, degrees: number): number {
  const height = gammaRatio(degrees / 2) / Math.sqrt(Math.PI * degrees)
  return height * Math.exp((-(degrees + 1) / 2) * Math.log1p((t * t) / degrees))
}

/** P(T > t) for t >= 0. */
function upperTail(t: number, degrees: number): number {
  // Less than 1e-154 for 1 degree, and less still for more.
  if (t * t === Infinity) return 0
  const a = degrees / 2
  const x = degrees / (degrees + t * t)
  const rest = (t * t) / (degrees + t * t)
  // x^a * (1 - x)^(1/2) / B(a, 1/2); x by log1p, as it is near 1 for many degrees.
  const front =
    (Math.exp(-a * Math.log1p((t * t) / degrees)) * Math.sqrt(rest) * gammaRatio(a)) /
    Math.sqrt(Math.PI)
  // The fraction converges fast on this side of the mean only.
  if (x < (a + 1) / (a + 2.5)) return (front * betaFraction(x, a, 0.5)) / a / 2
  return 0.5 - front * betaFraction(rest, 0.5, a)
}

/** Gamma(a + 1/2) / Gamma(a), without the digits that the difference of two log-gammas loses. */
function gammaRatio(a: number): number {
  let factor = 1
  let at = a
  for (; at < SERIES_FROM; at++) factor *= at / (at + 0.5)
  const u = 1 / at
  // Tricomi and Erdelyi 1951; Graham, Knuth and Patashnik, Concrete Mathematics, 9.60.
  const series =
    1 + u * (-1 / 8 + u * (1 / 128 + u * (5 / 1024 + u * (-21 / 32768 - (u * 399) / 262144))))
  return factor * Math.sqrt(at) * series
}

/** The continued fraction of the incomplete beta function. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= MOST_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) <= PRECISION) break
  }
  return fraction
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}
