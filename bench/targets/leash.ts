import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Ends the program when the thread that started it is gone; it is kept through exec and needs no rights. */
const LEASH = ['setpriv', '--pdeathsig', 'KILL', '--']

/**
 * The command of a program that shall not outlive the harness even if that is ended by SIGKILL; as it is where the
 * system has no means to (prctl(2), PR_SET_PDEATHSIG, through setpriv of util-linux).
 */
export async function withLeash(command: readonly string[]): Promise<readonly string[]> {
  if (process.platform !== 'linux') return command
  const [file = '', ...args] = LEASH
  try {
    await promisify(execFile)(file, [...args, 'true'])
    return [...LEASH, ...command]
  } catch {
    return command
  }
}
