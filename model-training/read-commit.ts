import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What decides what is learnt and measured; models are what comes of it. */
const PATHS = ['model-training', 'inference', ':!inference/models']

/**
 * The commit whose code trains and evaluates, or `uncommitted` where that cannot be said.
 *
 * @param root the project's folder
 */
export async function readCommit(root = join(__dirname, '..')): Promise<string> {
  try {
    const top = await git(root, 'rev-parse', '--show-toplevel')
    // A copy without its own history may lie in somebody else's repository.
    if ((await realpath(top)) !== (await realpath(root))) return 'uncommitted'
    const changes = await git(root, 'status', '--porcelain', '--', ...PATHS)
    return changes === '' ? await git(root, 'rev-parse', '--short', 'HEAD') : 'uncommitted'
  } catch {
    return 'uncommitted'
  }
}

async function git(root: string, ...args: readonly string[]): Promise<string> {
  // A hook of git sets variables that point to its own repository; a lock would stop others' git.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  const env = { ...Object.fromEntries(own), GIT_OPTIONAL_LOCKS: '0' }
  const { stdout } = await promisify(execFile)('git', ['-C', root, ...args], { env })
  return stdout.trim()
}
