import { toEnumeration, toFigure } from '../report/format'
import type { AutoscalingColumn, AutoscalingReport } from './report'
import { toPeak } from './run'

/** What a terminal is told. */
export function toAutoscalingText(report: AutoscalingReport, folder: string): string {
  const { valid, invalidReasons, columns } = report
  const lines = [
    '',
    ...(valid ? ['VALID'] : ['INVALID', ...invalidReasons.map((reason) => `- ${reason}`)]),
    ...columns.map((column) => `${column.target}: ${toStory(column, report)}`),
    `raw rows and report: ${folder}`,
  ]
  return `${lines.join('\n')}\n`
}

/** What happened to a twin, and why, in sentences. */
export function toStory(
  { target, changes, aboveTargetAt, mostPods, phases, requests, failed }: AutoscalingColumn,
  { plan, autoscalers }: Pick<AutoscalingReport, 'plan' | 'autoscalers'>,
): string {
  const autoscaler = autoscalers.find((each) => each.target === target)
  const up = changes.filter(({ from, to }) => to > from)
  const fallenAt = toPeak(plan).until
  const down = changes.filter(({ from, to, at }) => to < from && at > fallenAt)
  const failures = Object.values(failed).reduce((sum, count) => sum + count, 0)
  const [first] = up
  const sentences = [
    first === undefined
      ? 'It was never scaled.'
      : (aboveTargetAt === null
          ? ''
          : `Above ${autoscaler?.targetUtilization ?? '?'} % of what its pod requests from ${toFigure(aboveTargetAt)} s on; `) +
        `${up.map(({ to, at, readyAt }) => `${to} pods wanted at ${toFigure(at)} s${readyAt === null ? '' : ` and ready at ${toFigure(readyAt)} s`}`).join(', ')}.`,
    toWaits(phases),
    `${failures} of ${requests} requests failed.`,
    down.length === 0
      ? 'No pod was taken away again.'
      : `Pods were taken away again at ${toEnumeration(down.map(({ at }) => `${toFigure(at)} s`))}, after the peak had ended at ${toFigure(fallenAt)} s.`,
    `At most ${mostPods} pods were ready.`,
  ]
  return sentences.join(' ')
}

function toWaits(phases: AutoscalingColumn['phases']): string {
  const words = phases.flatMap(({ name, p50, p90 }) =>
    p50 === null || p90 === null ? [] : [`${toFigure(p50)} and ${toFigure(p90)} ms (${name})`],
  )
  return words.length === 0 ? '' : `p50 and p90 of the response time: ${words.join(', ')}.`
}
