import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Group, GroupOptions } from '../../../bench/targets/cgroup'
import { readHierarchies } from '../../../bench/targets/cgroup-hierarchies'
import type { Hierarchy } from '../../../bench/targets/cgroup-hierarchies'
import { createCgroupLimits } from '../../../bench/targets/cgroup-limits'

const ASKED = { cpus: 1.5, memoryBytes: 2 ** 31 }

/** Folders and files as a kernel would show them; what it does with them is not tested here. */
describe('cgroups in made-up folders, not of a kernel', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cgroups-'))
  after(() => {
    rmSync(folder, { recursive: true })
  })
  const fileWith = (text: string): string => {
    const file = join(mkdtempSync(join(folder, 'file-')), 'file')
    writeFileSync(file, text)
    return file
  }
  const read = (mounts: string, membership: string): readonly Hierarchy[] =>
    readHierarchies({ mountsFile: fileWith(mounts), membershipFile: fileWith(membership) })

  describe('are found', () => {
    it('of version 1, each where this process is in it', () => {
      const found = read(
        '31 23 0:28 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755\n' +
          '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n' +
          '35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n',
        '4:memory:/user:1.slice\n2:cpu,cpuacct:/\n0::/\n',
      )
      assert.deepEqual(
        found.map(({ version, own }) => [version, own]),
        [
          [1, '/sys/fs/cgroup/cpu,cpuacct'],
          [1, '/sys/fs/cgroup/memory/user:1.slice'],
        ],
      )
    })

    it('of version 2', () => {
      const [found] = read(
        '29 23 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate\n',
        '0::/user.slice/session-3.scope\n',
      )
      assert.equal(found?.version, 2)
      assert.equal(found.top, '/sys/fs/cgroup')
      assert.equal(found.own, '/sys/fs/cgroup/user.slice/session-3.scope')
    })

    it('in a container that sees its part of the tree', () => {
      const mount = '35 31 0:32 /docker/12 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory'
      assert.equal(read(mount, '4:memory:/docker/12')[0]?.own, '/sys/fs/cgroup/memory')
      assert.equal(read(mount, '4:memory:/docker/12/a')[0]?.own, '/sys/fs/cgroup/memory/a')
      assert.deepEqual(read(mount, '4:memory:/elsewhere'), [])
      const above = '35 31 0:32 /../.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw'
      assert.deepEqual(read(above, '0::/'), [])
    })

    it('where the folder has a blank in its name', () => {
      const [found] = read('1 2 0:3 / /my\\040groups rw - cgroup2 cgroup2 rw', '0::/')
      assert.equal(found?.own, '/my groups')
    })

    it('nowhere on systems without', () => {
      const none = { mountsFile: join(folder, 'none'), membershipFile: join(folder, 'none') }
      assert.deepEqual(readHierarchies(none), [])
    })
  })

  describe('of version 2', () => {
    let top: string
    let made: GroupOptions[]
    let refused: (parent: string) => boolean
    const create = (options: GroupOptions): Promise<Group> => {
      if (refused(options.parent)) {
        return Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }))
      }
      made.push(options)
      const group = mkdtempSync(join(folder, 'group-'))
      writeFileSync(join(group, 'cpu.stat'), 'usage_usec 2500000\nuser_usec 1\n')
      writeFileSync(join(group, 'memory.events'), 'low 0\noom 5\noom_kill 4\n')
      const entrance = join(group, 'cgroup.procs')
      return Promise.resolve({ folder: group, entrance, remove: () => undefined })
    }
    beforeEach(() => {
      top = mkdtempSync(join(folder, 'top-'))
      made = []
      refused = () => false
    })
    /** A cgroup and what it hands on; undefined: it cannot be asked to. */
    const cgroup = (path: string, handsOn: string | undefined): string => {
      const own = join(top, path)
      mkdirSync(own, { recursive: true })
      if (handsOn !== undefined) writeFileSync(join(own, 'cgroup.subtree_control'), handsOn)
      return own
    }
    const limitIn = (
      own: string,
      others: readonly Hierarchy[] = [],
    ): ReturnType<typeof createCgroupLimits> =>
      createCgroupLimits([{ version: 2, controllers: [], top, own }, ...others], ASKED, create)

    it('is made in the nearest that hands both controllers on', async () => {
      cgroup('', 'cpuset cpu io memory pids\n')
      const near = cgroup('a.slice', 'cpu memory\n')
      const limits = await limitIn(cgroup('a.slice/b.scope', undefined))
      assert.deepEqual(made, [
        {
          parent: near,
          settings: { 'cpu.max': '150000 100000', 'memory.max': '2147483648' },
          extraSettings: { 'memory.swap.max': '0' },
        },
      ])
      assert.equal(limits.cpus, 'cgroup v2: cpu.max')
      assert.equal(limits.memory, 'cgroup v2: memory.max')
      assert.equal(limits.witness?.name, 'cgroup v2: cpu.stat, usage_usec')
      assert.equal(await limits.witness.readCpuSeconds(), 2.5)
      assert.equal(limits.countOutOfMemory(), 4)
    })

    it('is made in our own if that can be asked to hand them on', async () => {
      const own = cgroup('', '')
      await limitIn(own)
      assert.equal(made[0]?.parent, own)
    })

    it('is made further up where this user may not', async () => {
      const far = cgroup('', 'cpu memory')
      const own = cgroup('a', 'cpu memory')
      refused = (parent) => parent === own
      await limitIn(own)
      assert.equal(made[0]?.parent, far)
    })

    it('holds only the memory where only that is handed on', async () => {
      const near = cgroup('a.slice', 'memory pids')
      const limits = await limitIn(cgroup('a.slice/b.scope', undefined))
      assert.equal(made[0]?.parent, near)
      assert.deepEqual(made[0].settings, { 'memory.max': '2147483648' })
      assert.equal(limits.memory, 'cgroup v2: memory.max')
      assert.equal(limits.cpus, undefined)
      assert.equal(limits.reason, 'no cgroup here hands this on to new ones')
    })

    it('gives way to version 1 where that has the controllers', async () => {
      const own = cgroup('unified', undefined)
      const limits = await limitIn(own, [
        { version: 1, controllers: ['rw', 'cpu', 'cpuacct'], top: '/c', own: '/c/own' },
        { version: 1, controllers: ['rw', 'memory'], top: '/m', own: '/m' },
        { version: 1, controllers: ['rw', 'pids'], top: '/p', own: '/p' },
      ])
      assert.deepEqual(made, [
        {
          parent: '/c/own',
          settings: { 'cpu.cfs_period_us': '100000', 'cpu.cfs_quota_us': '150000' },
        },
        {
          parent: '/m',
          settings: { 'memory.limit_in_bytes': '2147483648' },
          extraSettings: { 'memory.memsw.limit_in_bytes': '2147483648' },
        },
      ])
      assert.equal(limits.cpus, 'cgroup v1: cpu.cfs_quota_us')
      assert.equal(limits.memory, 'cgroup v1: memory.limit_in_bytes')
      assert.equal(limits.witness?.name, 'cgroup v1: cpuacct.usage')
    })

    it('is done without where this user may make none, which is said', async () => {
      refused = () => true
      const limits = await limitIn(cgroup('', 'cpu memory'))
      assert.deepEqual([limits.cpus, limits.memory, limits.groups], [undefined, undefined, []])
      assert.equal(limits.reason, 'this user may not make or enter cgroups here')
      assert.equal(limits.countOutOfMemory(), 0)
    })
  })
})
