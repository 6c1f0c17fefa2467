import { createHash } from 'node:crypto'
import { toLooks, type Looks } from './looks'

/** By what one photo is told from another. */
export interface Fingerprint {
  /** Of the encoded bytes, as hexadecimal digits. */
  readonly sha256: string
  /** Undefined for a photo of one colour. */
  readonly looks: Looks | undefined
}

/** @param rgb of the photo at the size of LOOKS_INPUT */
export const toFingerprint = (photo: Uint8Array, rgb: Uint8Array): Fingerprint => ({
  sha256: createHash('sha256').update(photo).digest('hex'),
  looks: toLooks(rgb),
})
