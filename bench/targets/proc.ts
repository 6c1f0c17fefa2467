import { readFile, writeFile } from 'node:fs/promises'

/** The kernel counts in hundredths of a second to programs, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** CPU seconds of a process by /proc/PID/stat, its threads included; null where there is none. */
export async function readProcCpuSeconds(pid: number, proc = '/proc'): Promise<number | null> {
  const stat = await read(`${proc}/${pid}/stat`)
  // The second field is the name in brackets, which may have blanks and brackets in it.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields?.[11]), Number(fields?.[12])]
  return Number.isFinite(user + system) ? (user + system) / TICKS_PER_SECOND : null
}

/** Peak of a process's resident memory since `resetProcPeak`; null where there is none. */
export async function readProcPeakBytes(pid: number, proc = '/proc'): Promise<number | null> {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec((await read(`${proc}/${pid}/status`)) ?? '')?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) * 1024
}

/** Whether the peak of a process's resident memory could be set back to what it has now. */
export async function resetProcPeak(pid: number, proc = '/proc'): Promise<boolean> {
  try {
    // proc(5): 5 resets VmHWM. Only root may open it to read, too.
    await writeFile(`${proc}/${pid}/clear_refs`, '5')
    return true
  } catch {
    return false
  }
}

/** Memory of a process, what it shares with others in equal parts (PSS); null where there is none. */
export async function readProcPssBytes(pid: number, proc = '/proc'): Promise<number | null> {
  const rollup = await read(`${proc}/${pid}/smaps_rollup`)
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup ?? '')?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) * 1024
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}
