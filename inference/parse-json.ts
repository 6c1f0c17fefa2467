import * as z from './schema'
import { LoadError } from './errors'

/**
 * Parses and checks one of a model's files.
 *
 * @param path names the file in errors
 * @throws LoadError MODEL_INVALID
 */
export function parseJson<T>(schema: z.ZodMiniType<T>, bytes: Uint8Array, path: string): T {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString())
  } catch (cause) {
    throw new LoadError('MODEL_INVALID', `${path} is not JSON`, { cause })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new LoadError(
    'MODEL_INVALID',
    `${path} is not as expected:\n${z.prettifyError(parsed.error)}`,
  )
}
