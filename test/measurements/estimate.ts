/** Of medians over blocks (bench/statistics/median); the ends of the 95 % interval are there from six blocks on. */
export interface Estimate {
  readonly value: number
  readonly lower?: number | undefined
  readonly upper?: number | undefined
}

/** As a table has it: the interval behind the value, where there is one. */
export function withInterval(
  { value, lower, upper }: Estimate,
  toText: (value: number) => string,
): string {
  if (lower === undefined || upper === undefined) return toText(value)
  return `${toText(value)} (${toText(lower)} to ${toText(upper)})`
}
