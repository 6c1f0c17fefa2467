import * as z from 'zod'
import type { TargetFacts } from '../run'

const schema = z.looseObject({
  models: z.array(
    z.looseObject({
      name: z.string().min(1).max(100),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      default: z.boolean(),
    }),
  ),
})

const LIMIT_MS = 5_000
const MOST_BYTES = 1_000_000

/** The model that a server answers with unless asked for another (`GET /models`); null where it does not tell. */
export async function readModel(
  baseUrl: string,
  signal: AbortSignal,
): Promise<TargetFacts['model']> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
  try {
    const response = await fetch(`${baseUrl}/models`, { signal: limited, redirect: 'manual' })
    const length = Number(response.headers.get('content-length') ?? Number.POSITIVE_INFINITY)
    if (response.status !== 200 || length > MOST_BYTES) {
      await response.body?.cancel()
      return null
    }
    const { models } = schema.parse(await response.json())
    const found = models.find((model) => model.default)
    return found === undefined ? null : { name: found.name, sha256: found.sha256 }
  } catch {
    signal.throwIfAborted()
    return null
  }
}
