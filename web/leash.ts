import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Ends the program with the process that started it; kept through exec, and needs no rights. */
const LEASH = ['setpriv', '--pdeathsig', 'KILL', '--'] as const

/**
 * A command whose program ends even where the page is ended by SIGKILL; as it is on a system without the means to
 * (PR_SET_PDEATHSIG, through util-linux).
 */
export async function withLeash(command: readonly string[]): Promise<readonly string[]> {
  if (process.platform !== 'linux') return command
  const [file, ...args] = LEASH
  try {
    await promisify(execFile)(file, [...args, 'true'])
    return [...LEASH, ...command]
  } catch {
    return command
  }
}
