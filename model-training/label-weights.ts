/** One over the square root of a label's frequency: half way between ignoring and levelling it. */
export function toLabelWeights(labels: readonly (number | undefined)[]): number[] {
  const known = labels.filter((label) => label !== undefined)
  const counts = new Map<number, number>()
  for (const label of known) counts.set(label, (counts.get(label) ?? 0) + 1)
  const last = known.reduce((most, label) => Math.max(most, label), -1)
  const raw = Array.from({ length: last + 1 }, (_, label) =>
    Math.sqrt(known.length / (counts.get(label) ?? known.length)),
  )
  const mean = known.reduce((sum, label) => sum + (raw[label] ?? 0), 0) / known.length
  return raw.map((weight) => weight / mean)
}
