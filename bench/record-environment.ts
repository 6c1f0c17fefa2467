import { completeEnvironment, readEnvironmentBefore } from './read-environment'
import type { StateWriter } from './recorder'

/**
 * Measures, and keeps what the machine is before, and what it was by the end, however that comes.
 *
 * @param root the project's folder
 * @throws what `measure` throws
 */
export async function recordEnvironment(
  { writeEnvironment }: Pick<StateWriter<never>, 'writeEnvironment'>,
  root: string,
  measure: () => Promise<void>,
): Promise<void> {
  const before = await readEnvironmentBefore(root)
  await writeEnvironment(before.environment)
  try {
    await measure()
  } finally {
    await writeEnvironment(completeEnvironment(before))
  }
}
