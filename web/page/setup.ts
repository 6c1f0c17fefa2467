/** Whom the page may ask. */
export interface Target {
  readonly name: string
  /** Where it takes photos, relative to the page. */
  readonly address: string
}

/** What the page's server is set up with. */
export interface Setup {
  readonly targets: readonly Target[]
  /** Photos go through the page's server to them. */
  readonly proxied: boolean
  /** What the latest report calls itself; null: there is none. */
  readonly report: string | null
}

/**
 * Asks the server what it is set up with.
 *
 * @throws Error if it does not say
 */
export async function readSetup(): Promise<Setup> {
  const response = await fetch('targets')
  if (!response.ok) throw new Error(`the page's server answered ${response.status}`)
  return (await response.json()) as Setup
}
