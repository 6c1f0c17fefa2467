import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readCpuLimit } from '../../serving/cpu-limit'

describe('readCpuLimit', () => {
  for (const { title, files, expected } of [
    { title: 'the quota of version 2', files: { 'cpu.max': '200000 100000\n' }, expected: 2 },
    { title: 'half a CPU as one', files: { 'cpu.max': '50000 100000' }, expected: 1 },
    { title: 'one and a half as two', files: { 'cpu.max': '150000 100000' }, expected: 2 },
    {
      title: 'no quota of version 2 as the machine',
      files: { 'cpu.max': 'max 100000' },
      expected: 8,
    },
    {
      title: 'the quota of version 1',
      files: { 'cpu/cpu.cfs_quota_us': '300000\n', 'cpu/cpu.cfs_period_us': '100000\n' },
      expected: 3,
    },
    {
      title: 'no quota of version 1 as the machine',
      files: { 'cpu/cpu.cfs_quota_us': '-1', 'cpu/cpu.cfs_period_us': '100000' },
      expected: 8,
    },
    {
      title: 'more than the machine has as the machine',
      files: { 'cpu.max': '6400000 100000' },
      expected: 8,
    },
    {
      title: 'the quota of its own cgroup of version 2',
      files: {
        membership: '0::/one/two\n',
        'one/two/cpu.max': '300000 100000',
        'one/cpu.max': 'max 100000',
      },
      expected: 3,
    },
    {
      title: 'the smaller quota of a cgroup above its own',
      files: {
        membership: '0::/one/two\n',
        'one/two/cpu.max': '300000 100000',
        'one/cpu.max': '200000 100000',
      },
      expected: 2,
    },
    {
      title: 'the quota of its own cgroup of version 1',
      files: {
        membership: '4:memory:/m\n3:cpu,cpuacct:/one\n0::/\n',
        'cpu/one/cpu.cfs_quota_us': '150000',
        'cpu/one/cpu.cfs_period_us': '100000',
      },
      expected: 2,
    },
    {
      title: 'the root where its own cgroup cannot be seen, as in a container',
      files: { membership: '0::/kubepods/pod7\n', 'cpu.max': '200000 100000' },
      expected: 2,
    },
    { title: 'rubbish as the machine', files: { 'cpu.max': 'rubbish' }, expected: 8 },
    { title: 'no cgroup as the machine', files: {}, expected: 8 },
  ] as const) {
    it(`reads ${title}`, async () => {
      const cgroupFolder = await mkdtemp(join(tmpdir(), 'photo-twin-'))
      const membershipFile = join(cgroupFolder, 'membership')
      try {
        for (const [file, content] of Object.entries(files)) {
          await mkdir(dirname(join(cgroupFolder, file)), { recursive: true })
          await writeFile(join(cgroupFolder, file), content)
        }
        assert.equal(readCpuLimit({ cgroupFolder, membershipFile, machineCpus: 8 }), expected)
      } finally {
        await rm(cgroupFolder, { recursive: true })
      }
    })
  }
})
