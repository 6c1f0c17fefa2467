import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/** What puts a command on certain CPUs, the last that this process may use: the first have the most interrupts. */
export async function findAffinity(cpus: number): Promise<readonly string[] | undefined> {
  const chosen = readAllowedCpus().slice(-Math.ceil(cpus))
  const [file, ...args] = ['taskset', '-c', chosen.join(',')] as const
  try {
    await promisify(execFile)(file, [...args, 'true'])
    return [file, ...args]
  } catch {
    return undefined
  }
}

/** Numbers of the CPUs that this process may use; none where the system does not say. */
export function readAllowedCpus(statusFile = '/proc/self/status'): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(read(statusFile))?.[1]
  const ranges = list?.split(',') ?? []
  return ranges.flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  })
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
