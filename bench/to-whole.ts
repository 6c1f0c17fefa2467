import { UsageError } from './usage-error'

/**
 * The whole number of an option's text.
 *
 * @throws UsageError naming the option and what it accepts
 */
export function toWhole(name: string, text: string, [from, to]: readonly [number, number]): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= from && value <= to) return value
  throw new UsageError(`--${name} accepts a whole number from ${from} to ${to}, not "${text}"`)
}
