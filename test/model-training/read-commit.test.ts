import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readCommit } from '../../model-training/read-commit'
import { withFolder } from './temporary-folder'

const FILES = { 'model-training/main.ts': '', 'inference/models/a/card.json': '', 'README.md': '' }

/** Runs git in a folder, whatever hook these tests are run by. */
function git(folder: string, ...args: readonly string[]): string {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  const identity = ['-c', 'user.name=Nobody', '-c', 'user.email=nobody@example.org']
  const env = Object.fromEntries(own)
  return execFileSync('git', ['-C', folder, ...identity, ...args], { env, encoding: 'utf8' }).trim()
}

const withRepository = (use: (folder: string, head: string) => Promise<void>): Promise<void> =>
  withFolder(FILES, async (folder) => {
    git(folder, 'init', '--quiet')
    git(folder, 'add', '.')
    git(folder, 'commit', '--quiet', '--message', 'all')
    await use(folder, git(folder, 'rev-parse', '--short', 'HEAD'))
  })

describe('readCommit', () => {
  it('is the head, whichever model is there, until code has changed', async () => {
    await withRepository(async (folder, head) => {
      assert.equal(await readCommit(folder), head)
      await writeFile(join(folder, 'inference/models/a/card.json'), 'another model')
      await writeFile(join(folder, 'README.md'), 'learns nothing')
      assert.equal(await readCommit(folder), head)
      await writeFile(join(folder, 'model-training/main.ts'), 'changed')
      assert.equal(await readCommit(folder), 'uncommitted')
    })
  })

  it("is not that of somebody else's repository around a copy, nor of none at all", async () => {
    await withRepository(async (folder) => {
      assert.equal(await readCommit(join(folder, 'model-training')), 'uncommitted')
    })
    await withFolder({}, async (folder) => {
      assert.equal(await readCommit(folder), 'uncommitted')
    })
  })

  it('is not that of the repository whose hook runs', async () => {
    await withRepository((folder, head) =>
      withRepository(async (other) => {
        git(other, 'commit', '--quiet', '--allow-empty', '--message', 'another')
        process.env['GIT_DIR'] = join(other, '.git')
        process.env['GIT_WORK_TREE'] = folder
        try {
          assert.equal(await readCommit(folder), head)
        } finally {
          delete process.env['GIT_DIR']
          delete process.env['GIT_WORK_TREE']
        }
      }),
    )
  })
})
