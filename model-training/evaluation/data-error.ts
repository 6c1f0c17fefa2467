/** The data cannot be evaluated; the message says what is wrong with them and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError'
}
