/** A record that says what became of a photo. */
export interface Outcome {
  readonly id: string
  readonly state: 'answered' | 'rejected'
  /** What must be the same in every record on the photo: the prediction, or the code. */
  readonly content: string
}

/** What became of all photos. */
export interface Account {
  /** Distinct photos with a prediction. */
  readonly answered: number
  /** Distinct photos that were rejected. */
  readonly rejected: number
  /** Further records that say the same again. */
  readonly redelivered: number
  /** Photos of which nothing is said. */
  readonly lost: number
  /** Photos with records that contradict each other. */
  readonly duplicated: number
  /** Photos that nobody sent. */
  readonly unknown: number
}

/** Counts what became of the photos that were sent. */
export function toAccount(sent: readonly string[], outcomes: readonly Outcome[]): Account {
  const byId = new Map<string, Outcome[]>(sent.map((id) => [id, []]))
  const unknown = new Set<string>()
  for (const outcome of outcomes) {
    const known = byId.get(outcome.id)
    if (known === undefined) unknown.add(outcome.id)
    else known.push(outcome)
  }
  const all = [...byId.values()]
  const says = (records: readonly Outcome[]): number =>
    new Set(records.map(({ state, content }) => `${state} ${content}`)).size
  const countWith = (state: Outcome['state']): number =>
    all.filter((records) => records.some((record) => record.state === state)).length
  return {
    answered: countWith('answered'),
    rejected: countWith('rejected'),
    redelivered: all.reduce((sum, records) => sum + records.length - says(records), 0),
    lost: all.filter(({ length }) => length === 0).length,
    duplicated: all.filter((records) => says(records) > 1).length,
    unknown: unknown.size,
  }
}
