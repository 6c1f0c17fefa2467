/** Round numbers from 0 to at least `max`, at most `count` steps of them. */
export function toTicks(max: number, count: number): readonly number[] {
  const rough = max > 0 ? max / count : 1
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  const steps = Math.max(1, Math.ceil(max / step))
  return Array.from({ length: steps + 1 }, (_, at) => Number((at * step).toPrecision(12)))
}
