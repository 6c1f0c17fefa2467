import { Busboy } from '@fastify/busboy'
import type { BusboyConfig, BusboyInstance } from '@fastify/busboy'
import { PhotoError } from './errors'
import { tooLarge } from './photo-header'

/** The one field of a multipart form that holds the photo. */
const FIELD = 'photo'

/**
 * The photo in a `multipart/form-data` body (RFC 7578), with or without a file name.
 *
 * @throws PhotoError INVALID_FORM, EMPTY_PHOTO where there is no field `photo`, PHOTO_TOO_LARGE
 */
export function readForm(
  body: Uint8Array,
  contentType: string,
  maxBytes: number,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      reject(new PhotoError('INVALID_FORM', `the multipart form ${reason}`))
    }
    const photos: Uint8Array[] = []
    let form: BusboyInstance
    try {
      form = new Busboy(toConfig(contentType, maxBytes))
    } catch (error) {
      fail(`cannot be read: ${messageOf(error)}`)
      return
    }
    form.on('file', (name, stream) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('limit', () => {
        reject(tooLarge(maxBytes))
      })
      stream.on('end', () => {
        if (name === FIELD) photos.push(Buffer.concat(chunks))
      })
      stream.on('error', (error: unknown) => {
        fail(`cannot be read: ${messageOf(error)}`)
      })
    })
    form.on('partsLimit', () => {
      fail('has too many parts')
    })
    form.on('error', (error: unknown) => {
      fail(`cannot be read: ${messageOf(error)}`)
    })
    form.on('finish', () => {
      const [photo, ...others] = photos
      if (photo === undefined) {
        reject(new PhotoError('EMPTY_PHOTO', `the multipart form has no field "${FIELD}"`))
      } else if (others.length > 0) {
        fail(`has more than one field "${FIELD}", send one photo a request`)
      } else {
        resolve(photo)
      }
    })
    form.end(body)
  })
}

const toConfig = (contentType: string, maxBytes: number): BusboyConfig => ({
  headers: { 'content-type': contentType },
  isPartAFile: () => true,
  limits: { fileSize: maxBytes, parts: 10, headerPairs: 20, headerSize: 8_192 },
})

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
