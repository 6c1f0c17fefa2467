/** Decoded photos cannot be kept; the message says where they were to go and what to do. */
export class CacheError extends Error {
  override readonly name = 'CacheError'
}
