import { createHash } from 'node:crypto'
import { toHtml } from '../../../bench/report/html'
import { toMarkdown } from '../../../bench/report/markdown'
import { toPicture } from '../../../bench/report/picture'
import {
  clustersReport,
  distributions,
  emptyReport,
  foreignReport,
  interruptedReport,
  invalidReport,
  sampleReport,
} from './sample-report'

export const REPORTS = {
  sample: sampleReport,
  invalid: invalidReport,
  clusters: clustersReport,
  foreign: foreignReport,
  interrupted: interruptedReport,
  empty: emptyReport,
}

/** Digests of everything that is rendered of every report. */
export async function digests(): Promise<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const [name, toReport] of Object.entries(REPORTS)) {
    const report = toReport()
    all[`${name}.md`] = digest(toMarkdown(report))
    all[`${name}.html`] = digest(await toHtml(report, distributions(report)))
    all[`${name}.svg`] = digest(await toPicture(report))
  }
  return all
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
