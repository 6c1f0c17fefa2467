import { destination, pino } from 'pino'
import type { Logger } from 'pino'

export type { Logger } from 'pino'

const STANDARD_OUTPUT = 1

/** So many characters may wait for a full disk to have room again; further lines are dropped. */
const MAX_WAITING_LENGTH = 1024 * 1024

/**
 * A log of JSON lines on standard output. It never sees a photo, a header or a query.
 *
 * Each line is written before the program goes on: pino's default writes in the background, where the last line before
 * an exit overtakes the one before it. A log that cannot be written, as on a full disk, ends nothing.
 */
export function createLog(service: string, level: string): Logger {
  const output = destination({ dest: STANDARD_OUTPUT, sync: true, maxLength: MAX_WAITING_LENGTH })
  output.on('error', () => undefined)
  return pino(
    {
      level,
      base: { service },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    output,
  )
}
