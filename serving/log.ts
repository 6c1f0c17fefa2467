import { pino } from 'pino'
import type { Logger } from 'pino'

export type { Logger } from 'pino'

/** A log of JSON lines on standard output. It never sees a photo, a header or a query. */
export function createLog(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  })
}
