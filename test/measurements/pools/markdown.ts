import { toTable } from '../../../model-training/markdown-table'
import { withInterval } from '../estimate'
import { AT_ONCE_PER_THREAD, POOLS, WORKS } from './conditions'
import type { PoolsMeasurement } from './pools'

/** The section of a report on what handing photos to threads costs. */
export function toPoolsMarkdown(measured: PoolsMeasurement, origin: string): string {
  const { versions, photos, summary, blocks } = measured
  return `## Worker pools

${origin}; ${blocks.length} interleaved blocks. The same photos go through our pool and through piscina
${versions.piscina} (one task a thread, and otherwise as it is but for its threads' young generation, which is as small as in
ours), each in a process of its own, ${AT_ONCE_PER_THREAD} at once for each thread and each photo as fresh bytes like a request's; the
threads either decode and predict them with the same core (${versions.engine}, ${versions.decoder}), or do nothing
but look at their length, so that the way there and back is left. "No pool" makes the fresh bytes and hands them to nobody:
all others have that in them, too. CPU time is the whole process's. Medians with 95 % intervals (order statistics); the
ratio is that of CPU times, block by block.

${toTable(
  ['pool', 'work', 'threads', 'photo', 'CPU, ms a photo', 'to ours', 'photos a second'],
  summary.map(({ pool, work, threads, photo, cpuMs, ratio, photosPerSecond }) => [
    POOLS[pool],
    WORKS[work],
    String(threads),
    toSize(photos.find(({ name }) => name === photo)),
    withInterval(cpuMs, toDigits(3)),
    withInterval(ratio, toDigits(2)),
    withInterval(photosPerSecond, toDigits(0)),
  ]),
)}
`
}

const toSize = (photo: PoolsMeasurement['photos'][number] | undefined): string =>
  photo === undefined
    ? ''
    : `${photo.width} x ${photo.height}, ${Math.round(photo.bytes / 1000)} KB`

const toDigits =
  (digits: number) =>
  (value: number): string =>
    value.toFixed(digits)
