import type { Estimate } from '../report'
import { numbers, toCell, toEstimateCell, toNumberCell, words } from '../table'
import type { Section } from '../table'
import { toLevels } from '../targets'
import type { Findings } from '../targets'

/** What becomes of photos that go as messages, and how much of the time they are on their way; undefined: none do. */
export function toMessagesSection(report: Findings): Section | undefined {
  const conditions = toLevels(report).flatMap((level) =>
    report.conditions.filter(
      ({ workload, messages }) => workload.concurrency === level && messages !== undefined,
    ),
  )
  if (conditions.length === 0) return undefined
  return {
    id: 'messages',
    title: 'Photos as messages',
    paragraphs: [
      'A photo counts from the call that gives it to the broker, which has it on disk or in its log before that call ' +
        'ends, until its prediction has been read. Waiting is what the target’s own time leaves of that: the broker, ' +
        'both of its clients, and the way; over HTTP (above) it is the way alone. Lost has no answer within the time ' +
        'limit; duplicated had one before.',
    ],
    tables: [
      {
        id: 'messages',
        caption: 'Every broker at every number of photos in flight (95 % intervals over blocks)',
        isGrouped: true,
        columns: [
          words('In flight'),
          words('Way'),
          numbers('Produced until seen, p50 ms'),
          numbers('Of it waiting, p50 ms'),
          numbers('Waiting, % of the mean'),
          numbers('Photos'),
          numbers('Lost'),
          numbers('Duplicated'),
        ],
        rows: conditions.map(
          ({ workload, target, responseTime, waitingTime, requests, messages }) => [
            toCell(String(workload.concurrency)),
            toCell(target),
            toEstimateCell(responseTime.p50),
            toEstimateCell(waitingTime.p50),
            toNumberCell(toShare(waitingTime.mean, responseTime.mean)),
            toNumberCell(requests, String),
            toNumberCell(messages?.lost ?? null, String),
            toNumberCell(messages?.duplicated ?? null, String),
          ],
        ),
      },
    ],
  }
}

const toShare = (part: Estimate, whole: Estimate): number | null =>
  part.value === null || whole.value === null ? null : (part.value / whole.value) * 100
