/**
 * Skips a test that needs what is not here, with the reason in the output; where REQUIRE_ALL is "true" that is a failure.
 *
 * @param reason why it cannot run, or undefined if it can
 */
export function skipUnless(context: Mocha.Context, reason: string | undefined): void {
  if (reason === undefined) return
  if (process.env['REQUIRE_ALL'] === 'true') throw new Error(`must not be skipped: ${reason}`)
  console.log(`      skipped: ${reason}`)
  context.skip()
}
