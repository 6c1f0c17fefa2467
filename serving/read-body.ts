import type { Readable } from 'node:stream'
import { PhotoError } from '../inference'
import type { BodyAccount } from './body-budget'
import { giveBackMemory } from './give-back-memory'

interface ReadBodyOptions {
  readonly maxBytes: number
  readonly account: BodyAccount
}

/** The error for a request body of more than `maxBytes` bytes. */
export const tooLong = (maxBytes: number): PhotoError =>
  new PhotoError('PHOTO_TOO_LARGE', `the request has more than the ${maxBytes} bytes accepted`)

/**
 * Reads a request's body. Memory is accounted for as it arrives: what is only announced takes nobody's place. After a
 * refusal the rest is read and dropped, as a client may not look at the answer before it has sent all.
 *
 * @throws PhotoError PHOTO_TOO_LARGE, OVERLOADED, or CLIENT_GONE where the client leaves
 */
export function readBody(body: Readable, { maxBytes, account }: ReadBodyOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const refuse = (error: PhotoError): void => {
      body.off('data', onData)
      body.resume()
      account.release()
      reject(error)
    }
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      if (length > maxBytes) refuse(tooLong(maxBytes))
      else if (account.take(chunk.length)) chunks.push(chunk)
      else
        refuse(new PhotoError('OVERLOADED', 'too many photos are being received, try again later'))
    }
    let ended = false
    const leave = (): void => {
      // The stream of every request is closed, and an error costs as much as all that Fastify does for it.
      if (!ended) reject(new PhotoError('CLIENT_GONE', 'the request was not sent to its end'))
    }
    body.on('data', onData)
    body.once('end', () => {
      ended = true
      resolve(join(chunks, length))
    })
    body.once('error', leave)
    body.once('close', leave)
  })
}

/** A small photo comes in one piece and needs no copy. */
function join(chunks: readonly Buffer[], length: number): Buffer {
  const [first] = chunks
  if (first?.length === length) return first
  const whole = Buffer.concat(chunks, length)
  for (const chunk of chunks) giveBackMemory(chunk)
  return whole
}
