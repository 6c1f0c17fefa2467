import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** The commit whose code trained, or `uncommitted` where that cannot be said. */
export async function readCommit(): Promise<string> {
  const git = async (...args: string[]) => (await promisify(execFile)('git', args)).stdout.trim()
  try {
    const paths = ['model-training', 'inference', ':!inference/models']
    const changes = await git('status', '--porcelain', '--', ...paths)
    return changes === '' ? await git('rev-parse', '--short', 'HEAD') : 'uncommitted'
  } catch {
    return 'uncommitted'
  }
}
