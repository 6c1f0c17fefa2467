import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readAllowedCpus } from '../../../bench/targets/affinity'
import { createGroup, readNumber } from '../../../bench/targets/cgroup'
import { readHierarchies } from '../../../bench/targets/cgroup-hierarchies'
import { holdTo } from '../../../bench/targets/limits'
import type { Hold } from '../../../bench/targets/limits'
import { skipUnless } from '../../helpers/optional'
import { createPrograms, LIMITS, readyThen } from './programs'
import { until } from './until'

const ROOT = join(__dirname, '..', '..', '..')
const MEGABYTE = 2 ** 20

/** Runs a script inside and answers what it writes. */
async function runIn(hold: Hold, script: string): Promise<string> {
  const command = [process.execPath, '--require', 'ts-node/register', '-e', script]
  const [file = '', ...args] = hold.wrap(command)
  return (await promisify(execFile)(file, args, { cwd: ROOT })).stdout
}

const SAY_CPU_LIMIT = `
  console.log(require('./serving/cpu-limit').readCpuLimit(),
    require('node:os').availableParallelism())`

/** Uses a CPU for half a second. */
const SPIN = 'const end = performance.now() + 500; while (performance.now() < end);'

describe('limits that cgroups hold, on the cgroups of this machine', () => {
  let hold: Hold
  beforeEach(async function () {
    hold = await holdTo({ cpus: 1, memoryBytes: 256 * MEGABYTE })
    const { cpus, memoryBytes } = hold.limits
    const isHeld = [cpus, memoryBytes].every(({ enforcedBy }) => enforcedBy?.startsWith('cgroup'))
    skipUnless(this, isHeld ? undefined : `${cpus.reason ?? ''} ${memoryBytes.reason ?? ''}`)
  })
  afterEach(() => {
    hold.release()
  })

  const foldersOf = (): string[] =>
    hold
      .wrap([])
      .filter((word) => word.endsWith('cgroup.procs'))
      .map((word) => join(word, '..'))
  const read = (file: string, name?: string): number | undefined =>
    foldersOf()
      .map((folder) => readNumber(join(folder, file), name))
      .find((number) => number !== null) ?? undefined

  it('are those that the kernel reads back', function () {
    const { cpus, memoryBytes } = hold.limits
    skipUnless(this, cpus.enforcedBy?.includes('v1') === true ? undefined : 'not version 1')
    assert.deepEqual(cpus, { value: 1, enforcedBy: 'cgroup v1: cpu.cfs_quota_us' })
    assert.equal(memoryBytes.enforcedBy, 'cgroup v1: memory.limit_in_bytes')
    assert.equal(read('cpu.cfs_quota_us'), 100_000)
    assert.equal(read('cpu.cfs_period_us'), 100_000)
    assert.equal(read('memory.limit_in_bytes'), 256 * MEGABYTE)
  })

  it('are there before the program begins: a twin reads one CPU when it starts', async () => {
    assert.match(await runIn(hold, SAY_CPU_LIMIT), /^1 /)
  })

  it('hold a busy program to its share, and the witness counts that', async () => {
    const slow = await holdTo({ cpus: 0.2, memoryBytes: 256 * MEGABYTE })
    try {
      const startedAt = performance.now()
      await runIn(slow, SPIN)
      const elapsed = (performance.now() - startedAt) / 1000
      const used = (await slow.witness?.readCpuSeconds()) ?? 0
      // Of two periods a quota each may fall into the time besides.
      assert.ok(used > 0.05 && used <= 0.2 * elapsed + 0.05, `${used} s of ${elapsed} s`)
      const throttled = slow
        .wrap([])
        .map((word) => readNumber(join(word, '..', 'cpu.stat'), 'nr_throttled'))
      assert.ok(throttled.some((times) => (times ?? 0) > 0))
    } finally {
      slow.release()
    }
  })

  it('end a program that needs more memory', async () => {
    assert.equal(hold.wasOutOfMemory(), false)
    const eat = 'const eaten = []; for (;;) eaten.push(Buffer.alloc(1 << 20, 1))'
    const [file = '', ...args] = hold.wrap([process.execPath, '-e', eat])
    const [code, signal] = (await once(spawn(file, args), 'exit')) as unknown[]
    assert.deepEqual([code, signal], [null, 'SIGKILL'])
    assert.equal(hold.wasOutOfMemory(), true)
    hold.release()
    assert.equal(hold.wasOutOfMemory(), true)
  })

  it('leave no cgroup, even with a program inside that left its group', async () => {
    const folders = foldersOf()
    assert.ok(folders.length > 0 && folders.every((folder) => existsSync(folder)))
    const [file = '', ...args] = hold.wrap(['setsid', 'sleep', '60'])
    const child = spawn(file, args, { stdio: 'ignore' })
    await until('it is inside', () => (read('cgroup.procs') ?? 0) > 0)
    const ended = once(child, 'exit')
    hold.release()
    hold.release()
    assert.ok(folders.every((folder) => !existsSync(folder)))
    assert.deepEqual(await ended, [null, 'SIGKILL'])
  })

  it('are said of a target that ends for its memory', async () => {
    const programs = createPrograms()
    try {
      const target = await programs.start(
        readyThen('const eaten = []; setInterval(() => eaten.push(Buffer.alloc(16 << 20, 1)), 1)'),
        { limits: { ...LIMITS, memoryBytes: 256 * MEGABYTE } },
      )
      assert.equal(
        await target.ended,
        'script was ended by SIGKILL, as it needed more than its memory limit',
      )
    } finally {
      await programs.remove()
    }
  })
})

describe('a cgroup of version 2 without controllers, where the kernel has one', () => {
  it('can be set up, entered, counted and removed', async function () {
    const own = readHierarchies().find(({ version }) => version === 2)?.own
    skipUnless(this, own === undefined ? 'no cgroup v2 is mounted' : undefined)
    const group = await createGroup({
      parent: own!,
      settings: { 'cgroup.max.depth': '3' },
      extraSettings: { 'memory.no-such-file': '0' },
    }).catch(() => undefined)
    skipUnless(this, group === undefined ? 'this user may not make cgroups' : undefined)
    try {
      assert.equal(readNumber(join(group!.folder, 'cgroup.max.depth')), 3)
      const before = readNumber(join(group!.folder, 'cpu.stat'), 'usage_usec') ?? NaN
      const enter = `echo $$ > "${group!.entrance}" && exec "$0" -e '${SPIN}'`
      await promisify(execFile)('/bin/sh', ['-c', enter, process.execPath])
      const after = readNumber(join(group!.folder, 'cpu.stat'), 'usage_usec') ?? NaN
      assert.ok(after - before > 50_000, `${after - before} µs`)
    } finally {
      group?.remove()
    }
    assert.ok(!existsSync(group!.folder))
  })

  it('is not left behind if a setting is refused', async function () {
    const own = readHierarchies().find(({ version }) => version === 2)?.own
    skipUnless(this, own === undefined ? 'no cgroup v2 is mounted' : undefined)
    const before = readdirSync(own!)
    const settings = { 'cgroup.max.depth': 'deep' }
    await assert.rejects(createGroup({ parent: own!, settings }))
    assert.deepEqual(readdirSync(own!), before)
  })
})

describe('limits without cgroups', () => {
  const asked = { cpus: 2, memoryBytes: 2 ** 31 }
  const noAffinity = (): Promise<undefined> => Promise.resolve(undefined)

  it('say that a machine has no more cores than that', async () => {
    const { limits, wrap, witness } = await holdTo(asked, { hierarchies: [], cores: 2 })
    assert.deepEqual(limits.cpus, { value: 2, enforcedBy: 'the machine has 2 cores' })
    assert.deepEqual(wrap(['node', 'file']), ['node', 'file'])
    assert.equal(witness, undefined)
    const one = await holdTo(asked, { hierarchies: [], cores: 1 })
    assert.equal(one.limits.cpus.enforcedBy, 'the machine has 1 core')
  })

  it('say that memory is not held, and why', async () => {
    const { limits } = await holdTo(asked, { hierarchies: [], cores: 2 })
    assert.deepEqual(limits.memoryBytes, {
      value: 2 ** 31,
      enforcedBy: null,
      reason: 'this system has no cgroups',
    })
  })

  it('put a program on as many CPUs, which it sees when it starts', async function () {
    const hold = await holdTo({ ...asked, cpus: 1 }, { hierarchies: [], cores: 8 })
    skipUnless(this, hold.limits.cpus.enforcedBy === null ? 'there is no taskset' : undefined)
    assert.equal(hold.limits.cpus.enforcedBy, 'CPU affinity: taskset')
    assert.match(await runIn(hold, SAY_CPU_LIMIT), /^\d+ 1$/m)
  })

  it('choose of the CPUs that the harness may use', () => {
    const folder = mkdtempSync(join(tmpdir(), 'status-'))
    const file = join(folder, 'status')
    const lists: readonly (readonly [string, readonly number[]])[] = [
      ['0-3', [0, 1, 2, 3]],
      ['2', [2]],
      ['0-1,8,10-11', [0, 1, 8, 10, 11]],
    ]
    for (const [list, cpus] of lists) {
      writeFileSync(file, `Cpus_allowed:\tf\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`)
      assert.deepEqual(readAllowedCpus(file), cpus)
    }
    rmSync(folder, { recursive: true })
    assert.deepEqual(readAllowedCpus(file), [])
  })

  it('say that CPUs are not held where nothing can', async () => {
    const { limits, wrap } = await holdTo(asked, {
      hierarchies: [],
      cores: 8,
      findAffinity: noAffinity,
    })
    assert.equal(limits.cpus.enforcedBy, null)
    assert.equal(limits.cpus.reason, 'this system has no cgroups, and taskset is not there')
    assert.deepEqual(wrap(['node']), ['node'])
  })

  it('do not fail where the folders of the cgroups cannot be written', async () => {
    const missing = join(ROOT, 'no', 'such', 'folder')
    const hold = await holdTo(asked, {
      hierarchies: [
        { version: 1, controllers: ['cpu', 'cpuacct'], top: missing, own: missing },
        { version: 1, controllers: ['memory'], top: missing, own: missing },
      ],
      cores: 8,
      findAffinity: noAffinity,
    })
    const { cpus, memoryBytes } = hold.limits
    assert.deepEqual([cpus.enforcedBy, memoryBytes.enforcedBy], [null, null])
    assert.match(memoryBytes.reason ?? '', /^the system refuses a cgroup \(ENOENT\)$/)
    assert.doesNotMatch(JSON.stringify(hold.limits), /such/)
  })
})
