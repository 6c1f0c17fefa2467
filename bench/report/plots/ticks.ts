/** A range of values, both ends inside. */
export interface Extent {
  readonly least: number
  readonly most: number
}

/** Null without a value. */
export function toExtent(values: readonly (number | null | undefined)[]): Extent | null {
  const known = values.filter((value) => typeof value === 'number')
  if (known.length === 0) return null
  return { least: Math.min(...known), most: Math.max(...known) }
}

/** The same, wider by this factor at both ends of a logarithmic axis. */
export function widen({ least, most }: Extent, factor: number): Extent {
  return { least: least / factor, most: most * factor }
}

const FEWEST = 3
const MOST = 6
const STEPS = [
  [1, 10],
  [1, 3],
  [1, 2, 5],
  [1, 1.5, 2, 3, 5, 7],
] as const

/** Round values on a logarithmic axis, few enough for a phone and at least two. */
export function toLogTicks({ least, most }: Extent): readonly number[] {
  const candidates = STEPS.map((steps) => toDecades(steps, { least, most })).filter(
    ({ length }) => length <= MOST,
  )
  const dense = candidates.reverse().find(({ length }) => length >= FEWEST)
  return dense ?? toTicks({ least, most })
}

function toDecades(steps: readonly number[], { least, most }: Extent): readonly number[] {
  const first = Math.floor(Math.log10(least))
  const decades = Array.from(
    { length: Math.ceil(Math.log10(most)) - first + 1 },
    (_, i) => first + i,
  )
  const values = decades.flatMap((decade) => steps.map((step) => toRound(step, decade)))
  return [...new Set(values)].filter((value) => value >= least && value <= most)
}

/** Without the dust that powers of ten leave. */
function toRound(step: number, decade: number): number {
  return Number(`${step}e${decade}`)
}

/** Round values on a linear axis: about five. */
export function toTicks({ least, most }: Extent): readonly number[] {
  const rough = (most - least) / 5
  if (rough <= 0) return [least]
  const decade = Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((of) => toRound(of, decade)).find((of) => of >= rough) ?? rough
  const first = Math.ceil(least / step)
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  )
}

/** A tick as it is read: `0.5`, `20`, `1500`. */
export function toTickText(value: number): string {
  return String(Number(value.toPrecision(4)))
}
