import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorObject } from 'ajv'
import Ajv2020 from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import type { Report } from './report'

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true })
addFormats(ajv)

const isReport = ajv.compile<Report>(
  JSON.parse(readFileSync(join(__dirname, 'report.schema.json'), 'utf8')) as object,
)

/**
 * Holds a report to report.schema.json.
 *
 * @throws Error that lists where the report is not as it should be, and what is wrong there
 */
export function validateReport(report: unknown): asserts report is Report {
  if (isReport(report)) return
  const faults = (isReport.errors ?? []).map(toFault)
  throw new Error(['The report is not as its schema says:', ...new Set(faults)].join('\n- '))
}

function toFault({ instancePath, message, params }: ErrorObject): string {
  const where = instancePath === '' ? 'the report' : instancePath
  const what = (params as { readonly additionalProperty?: string }).additionalProperty
  return `${where}: ${message ?? 'is wrong'}${what === undefined ? '' : ` (${what})`}`
}
