import type { IncomingMessage } from 'node:http'

/** A body larger than this is no answer of the wire format. */
export const MAX_BODY_BYTES = 1_000_000

/** What is wrong with one that is. */
export const toTooLong = (): Error => new Error(`the answer has more than ${MAX_BODY_BYTES} bytes`)

/**
 * The whole body as text.
 *
 * @throws Error if it is larger than any answer, or the connection ends before
 */
export function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    response
      .on('data', (chunk: Buffer) => {
        length += chunk.byteLength
        chunks.push(chunk)
        if (length <= MAX_BODY_BYTES) return
        response.destroy(toTooLong())
      })
      .on('end', () => {
        resolve(Buffer.concat(chunks).toString('utf8'))
      })
      .on('error', reject)
  })
}
