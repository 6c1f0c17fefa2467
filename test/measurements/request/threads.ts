import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Why threads cannot be told apart here. */
export const whyNoThreads = (): string | undefined =>
  process.platform === 'linux' ? undefined : "only Linux tells a thread's CPU time"

/** What the kernel tells of a thread since it started. */
export interface ThreadTimes {
  readonly tid: number
  readonly name: string
  readonly cpuMs: number
  /** For a core, while it could have run. */
  readonly waitedMs: number
  /** How often it left its core because it had nothing to do: the kernel's voluntary context switches. */
  readonly switches: number
}

/** The threads of a process. */
export function readThreads(pid: number): readonly ThreadTimes[] {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder).flatMap((tid) => {
    try {
      const read = (file: string): string => readFileSync(`${folder}/${tid}/${file}`, 'utf8').trim()
      const switches = toSwitches(read('status'))
      return [{ tid: Number(tid), name: read('comm'), ...toTimes(read('schedstat')), switches }]
    } catch {
      // It has ended meanwhile.
      return []
    }
  })
}

/** Of `schedstat`: nanoseconds on a core, nanoseconds waiting for one, and how often it was given one. */
function toTimes(schedstat: string): Pick<ThreadTimes, 'cpuMs' | 'waitedMs'> {
  const [cpuNs, waitedNs] = schedstat.split(' ').map(Number)
  if (cpuNs === undefined || waitedNs === undefined || !Number.isFinite(cpuNs + waitedNs)) {
    throw new Error(`not a schedstat: ${schedstat}`)
  }
  return { cpuMs: cpuNs / 1e6, waitedMs: waitedNs / 1e6 }
}

/** Of `status`, a line a value. */
export function toSwitches(status: string): number {
  const switches = /^voluntary_ctxt_switches:\s*(\d+)$/m.exec(status)?.[1]
  if (switches === undefined) throw new Error(`no switches in ${status}`)
  return Number(switches)
}

/** What was added from one reading to the next; all of a thread that is new. */
export const toAdded = (
  before: readonly ThreadTimes[],
  after: readonly ThreadTimes[],
): readonly ThreadTimes[] =>
  after.map((thread) => {
    const earlier = before.find(({ tid }) => tid === thread.tid)
    return {
      ...thread,
      cpuMs: thread.cpuMs - (earlier?.cpuMs ?? 0),
      waitedMs: thread.waitedMs - (earlier?.waitedMs ?? 0),
      switches: thread.switches - (earlier?.switches ?? 0),
    }
  })

/** Whether it is one of V8's that only send a profiler's signals and keep its samples. */
export const isSampler = ({ name }: ThreadTimes): boolean => name === 'v8:ProfEvntProc'

/**
 * Lets threads have a core whenever they want one (SCHED_FIFO).
 *
 * @returns false where that is not allowed, as without CAP_SYS_NICE
 */
export function putFirst(threads: readonly ThreadTimes[]): boolean {
  try {
    for (const { tid } of threads) {
      execFileSync('chrt', ['--fifo', '--pid', '1', String(tid)], { stdio: 'pipe' })
    }
    return true
  } catch {
    return false
  }
}
