import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  completeEnvironment,
  readCpuTimes,
  readEnvironmentBefore,
  toStealShare,
} from '../../bench/read-environment'
import type { Environment } from '../../bench/environment'

const ROOT = join(__dirname, '..', '..')

/** All texts of a value, keys left out. */
const textsOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(textsOf)
    : typeof value === 'string'
      ? [value]
      : []

describe('the environment of a run', () => {
  let environment: Environment
  before(async () => {
    environment = completeEnvironment(await readEnvironmentBefore(ROOT))
  })

  it('tells the machine and the versions', () => {
    assert.match(environment.startedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.ok(environment.cpu.model.length > 0 && (environment.cpu.cores ?? 0) >= 1)
    assert.ok((environment.memoryBytes ?? 0) > 2 ** 28)
    assert.equal(environment.operatingSystem.platform, process.platform)
    assert.equal(environment.node, process.version)
    assert.match(environment.packages['autocannon'] ?? '', /^\d+\.\d+\.\d+/)
  })

  it('has the load average of before and after, where there is one', () => {
    const { before, after } = environment.loadAverage
    const length = process.platform === 'win32' ? undefined : 3
    assert.deepEqual([before?.length, after?.length], [length, length])
  })

  it('has no text that is, or is a word of, the host, the user or a path of this machine', () => {
    const { username } = userInfo()
    const secrets = [hostname(), username, homedir(), process.cwd(), tmpdir()]
    for (const text of textsOf(environment)) {
      assert.doesNotMatch(text, /^\/|[\\]|\/(?:home|Users|root|tmp)\b/, text)
      // Whole words, as a user "ro" or a host "x" is in many; the platform may be called like either.
      const words = text.split(/[^\w.-]+/)
      for (const secret of secrets) {
        if (secret === process.platform || secret === process.arch) continue
        assert.ok(!words.includes(secret), `${secret} is in ${text}`)
        if (secret.length > 5) assert.ok(!text.includes(secret), `${secret} is in ${text}`)
      }
    }
  })
})

describe('the commit of a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'commit-'))
  after(() => {
    rmSync(folder, { recursive: true })
  })
  const git = (...args: readonly string[]): Promise<{ stdout: string }> =>
    promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
    })
  const read = async (
    root = folder,
  ): Promise<readonly [commit: string | null, uncommitted: boolean | null]> => {
    const { commit, uncommitted } = (await readEnvironmentBefore(root)).environment
    return [commit, uncommitted]
  }

  it('is not known outside of a repository', async () => {
    assert.deepEqual(await read(), [null, null])
  })

  it('is the short one, and says whether what is measured differs from it', async () => {
    cpSync(join(ROOT, 'serving'), join(folder, 'serving'), { recursive: true })
    await git('init', '--quiet')
    await git('add', '.')
    await git('commit', '--quiet', '--message', 'all')
    const head = (await git('rev-parse', '--short', 'HEAD')).stdout.trim()
    assert.deepEqual(await read(), [head, false])
    writeFileSync(join(folder, 'notes.md'), 'measures nothing')
    assert.deepEqual(await read(), [head, false])
    writeFileSync(join(folder, 'serving', 'new.ts'), '')
    assert.deepEqual(await read(), [head, true])
  })

  it("is not somebody else's repository around a copy of the project", async () => {
    assert.deepEqual(await read(join(folder, 'serving')), [null, null])
  })

  it('is not that of the repository whose hook runs', async () => {
    process.env['GIT_DIR'] = join(ROOT, '.git')
    try {
      assert.equal((await read(tmpdir()))[0], null)
    } finally {
      delete process.env['GIT_DIR']
    }
  })
})

describe('the share of stolen time', () => {
  it('is that of all CPU time between', () => {
    assert.equal(toStealShare({ total: 1000, steal: 10 }, { total: 1400, steal: 50 }), 0.1)
    assert.equal(toStealShare({ total: 1000, steal: 10 }, { total: 1400, steal: 10 }), 0)
  })

  it('is unknown where the system does not count, or no time has passed', () => {
    assert.equal(toStealShare(undefined, { total: 1, steal: 0 }), null)
    assert.equal(toStealShare({ total: 1, steal: 0 }, { total: 1, steal: 0 }), null)
    assert.equal(readCpuTimes(join(ROOT, 'no-such-file')), undefined)
  })

  it("leaves out the guests' time, which is in the users' already", () => {
    const folder = mkdtempSync(join(tmpdir(), 'stat-'))
    writeFileSync(join(folder, 'stat'), 'cpu  1 2 3 4 5 6 7 8 900 900\ncpu0 1 1 1 1 1 1 1 1 1 1\n')
    assert.deepEqual(readCpuTimes(join(folder, 'stat')), { total: 36, steal: 8 })
    rmSync(folder, { recursive: true })
  })
})
