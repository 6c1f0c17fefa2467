import type { Limit, TargetFacts } from './run'

/** What must be the same of two targets for their difference to be the host's. */
const MATCHED = {
  model: ({ model }) => model?.sha256,
  engine: ({ engine }) => engine,
  decoder: ({ decoder }) => decoder,
  workers: ({ workers }) => workers,
  'Node.js': ({ node }) => node,
  'log level': ({ logLevel }) => logLevel,
  CPUs: ({ limits }) => toWords(limits?.cpus),
  memory: ({ limits }) => toWords(limits?.memoryBytes),
} as const satisfies Record<string, (facts: TargetFacts) => string | number | null | undefined>

const toWords = (limit: Limit | undefined): string | undefined =>
  limit && `${limit.value} (${limit.enforcedBy ?? 'not enforced'})`

/** What two targets do not have in common, and what one of them does not say; in words. */
export function match(
  one: TargetFacts,
  other: TargetFacts,
): { readonly mismatches: readonly string[]; readonly unknown: readonly string[] } {
  const mismatches: string[] = []
  const unknown: string[] = []
  for (const [what, read] of Object.entries(MATCHED)) {
    const [a, b] = [read(one) ?? null, read(other) ?? null]
    if (a === null || b === null) unknown.push(what)
    else if (a !== b) mismatches.push(`${one.name} has ${what} ${a}, ${other.name} has ${b}`)
  }
  return { mismatches, unknown }
}
