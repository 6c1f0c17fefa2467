import type { Answer, Body } from './load'

/** What a function of ours refuses after its host has read all of the body and called it, and before anything is queued. */
const NO_PHOTO = 'application/x-zero-work'
const REFUSED = { status: 415, code: 'UNSUPPORTED_PHOTO' }

/** The bytes of a photo as something that is none: a request that takes the same way and gives the function no work. */
export const toZeroWork = ({ bytes }: Body): Body => ({ bytes, contentType: NO_PHOTO })

/** Whether the function itself refused it, and not a server before it. */
export function isZeroWorkAnswer({ status, body }: Pick<Answer, 'status' | 'body'>): boolean {
  if (status !== REFUSED.status) return false
  try {
    return (JSON.parse(body) as { readonly code?: unknown } | null)?.code === REFUSED.code
  } catch {
    return false
  }
}
