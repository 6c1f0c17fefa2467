import { readFileSync } from 'node:fs'

/** Where memory of a process is from. */
export type Source = (typeof SOURCES)[number]
export const SOURCES = ['node', 'onnxruntime', 'libraries', 'malloc', 'anonymous'] as const

/** Resident bytes by their source. */
export type Resident = Readonly<Record<Source, number>>

/** Why memory cannot be told apart here. */
export const whyNoResident = (): string | undefined =>
  process.platform === 'linux' ? undefined : "only Linux tells what a process's memory is of"

/** Of a process that runs. */
export const readResident = (pid: number): Resident =>
  toResident(readFileSync(`/proc/${pid}/smaps`, 'utf8'))

/**
 * Adds the mappings of /proc/PID/smaps up. Pages of files are counted as a whole, as in a container whose files nobody else
 * has open, so that the sum is larger than the proportional set size beside another Node.js.
 */
export function toResident(smaps: string): Resident {
  const sums: Record<Source, number> = {
    ...{ node: 0, onnxruntime: 0, libraries: 0, malloc: 0, anonymous: 0 },
  }
  let source: Source = 'anonymous'
  for (const line of smaps.split('\n')) {
    const mapping = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ *(.*)$/.exec(line)
    if (mapping !== null) source = toSource(mapping[1] ?? '')
    const kilobytes = /^Rss: +(\d+) kB$/.exec(line)?.[1]
    if (kilobytes !== undefined) sums[source] += Number(kilobytes) * 1024
  }
  return sums
}

function toSource(name: string): Source {
  if (name === '[heap]') return 'malloc'
  if (!name.startsWith('/')) return 'anonymous'
  if (name.includes('onnxruntime')) return 'onnxruntime'
  return name.endsWith('/node') ? 'node' : 'libraries'
}
