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

/** What only targets in clusters have. */
const MATCHED_IN_CLUSTERS = {
  'requested CPUs': ({ requests }) => requests && (requests.cpus ?? 'none'),
  'requested memory': ({ requests }) => requests && (requests.memoryBytes ?? 'none'),
} as const satisfies Record<string, (facts: TargetFacts) => string | number | undefined>

const toWords = (limit: Limit | undefined): string | undefined =>
  limit && `${limit.value} (${limit.enforcedBy ?? 'not enforced'})`

/** What two targets do not have in common, and what one of them does not say; in words. */
export function match(
  one: TargetFacts,
  other: TargetFacts,
): { readonly mismatches: readonly string[]; readonly unknown: readonly string[] } {
  const mismatches: string[] = []
  const unknown: string[] = []
  const toMismatch = (what: string, a: string | number, b: string | number): string =>
    `${one.name} has ${what} ${a}, ${other.name} has ${b}`
  for (const [what, read] of Object.entries(MATCHED)) {
    const [a, b] = [read(one) ?? null, read(other) ?? null]
    if (a === null || b === null) unknown.push(what)
    else if (a !== b) mismatches.push(toMismatch(what, a, b))
  }
  for (const [what, read] of Object.entries(MATCHED_IN_CLUSTERS)) {
    const [a, b] = [read(one), read(other)]
    if (a !== undefined && b !== undefined && a !== b) mismatches.push(toMismatch(what, a, b))
  }
  return { mismatches, unknown }
}
