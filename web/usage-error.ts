/** The arguments make no sense; the message names the option and what it accepts. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
