/** The model cannot be computed in 8 bits; the message says what is in the way. */
export class QuantisationError extends Error {
  override readonly name = 'QuantisationError'
}
