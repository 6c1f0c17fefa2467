import { toFigure } from '../report/format'
import type { ColdStartReport } from './report'

/** What a terminal is told. */
export function toColdStartText(
  { valid, invalidReasons, columns, comparisons }: ColdStartReport,
  folder: string,
): string {
  const lines = [
    '',
    ...(valid ? [] : ['INVALID', ...invalidReasons.map((reason) => `- ${reason}`)]),
    ...columns.map(
      ({ target, starts, total }) =>
        `${target}: ${total === null ? '?' : toFigure(total.value)} ms from scaling to the first answer (median of ${starts})`,
    ),
    ...comparisons.map(
      ({ a, b, ratio, verdict }) =>
        `${a} / ${b}: ${ratio === null ? '?' : ratio.toFixed(3)} ${verdict}`,
    ),
    `raw rows and report: ${folder}`,
  ]
  return `${lines.join('\n')}\n`
}
