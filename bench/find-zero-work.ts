import type { Body } from './load/load'
import { toClassifyUrl } from './load/load'
import { post } from './load/single'
import { isZeroWorkAnswer, toZeroWork } from './load/zero-work'
import type { Target } from './targets/target'

interface FindOptions {
  readonly photo: Body
  /** How long one request may take, ms. */
  readonly timeLimit: number
  readonly signal: AbortSignal
}

/**
 * Names of the targets whose function can be asked for no work: those of ours, which photos reach as requests. One that is
 * somebody else's may answer it in any way.
 */
export async function findZeroWork(
  targets: ReadonlyMap<string, Target>,
  { photo, timeLimit, signal }: FindOptions,
): Promise<readonly string[]> {
  const names: string[] = []
  for (const [name, { baseUrl, link }] of targets) {
    if (link !== undefined) continue
    const limits = AbortSignal.any([signal, AbortSignal.timeout(timeLimit)])
    const answer = await post(toClassifyUrl(baseUrl), toZeroWork(photo), limits).catch(() => null)
    signal.throwIfAborted()
    if (answer !== null && isZeroWorkAnswer(answer)) names.push(name)
  }
  return names
}
