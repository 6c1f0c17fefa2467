import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ended } from './run'

/** For whole measurements, ms: several times what they take on two cores that nobody else uses. */
export const MEASURE_TIMEOUT_MS = 900_000

interface Measured {
  readonly valid: boolean
  readonly invalidReasons: readonly string[]
}

/**
 * The report of a run that ended as it should. It may be INVALID for one reason alone, which is this machine's: others
 * kept its load generator waiting.
 */
export async function readMeasured<Report extends Measured>(
  { code, stdout, stderr }: Ended,
  out: string,
): Promise<Report> {
  assert.ok(code === 0 || code === 2, `exit code ${String(code)}\n${stdout}${stderr}`)
  const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as Report
  const reasons = report.invalidReasons.filter(
    (reason) => !/load generator came .*late/.test(reason),
  )
  assert.deepEqual(reasons, [], stdout + stderr)
  assert.equal(code, report.valid ? 0 : 2)
  return report
}
