import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPORT_USAGE, USAGE } from '../../bench/usage'
import { createTurns, runHarness } from '../helpers/harness-process'
import type { HarnessEnd } from '../helpers/harness-process'
import { useFolders } from '../helpers/measured'
import { mount, unmount, whyNoMount } from '../helpers/mounts'
import { skipUnless } from '../helpers/optional'

interface Case {
  readonly what: string
  readonly command?: 'compare' | 'report'
  /** @param folder new and empty */
  readonly args: (folder: string) => readonly string[]
  readonly exitCode: number
  readonly stdout?: string
  readonly stderr?: RegExp
  /** Makes a disk of so much in the folder. */
  readonly disk?: string
}

/** Nothing listens there, and nobody gets so far as to see. */
const TARGETS = ['--target', 'one=http://127.0.0.1:1', '--target', 'two=http://127.0.0.1:2']

const CASES: readonly Case[] = [
  { what: 'help', args: () => ['--help'], exitCode: 0, stdout: USAGE },
  {
    what: 'help for reports',
    command: 'report',
    args: () => ['--help'],
    exitCode: 0,
    stdout: REPORT_USAGE,
  },
  {
    what: 'a wrong value',
    args: () => ['--blocks', '1'],
    exitCode: 64,
    stderr: /^--blocks accepts a whole number from 2 to 1000, not "1"\nSee .* --help\n$/,
  },
  {
    what: 'a model that there is not',
    args: (folder) => ['--model', 'no-such-net', '--out', join(folder, 'run')],
    exitCode: 64,
    stderr: /^--model: there is no model "no-such-net"; there are: .*photo-net/,
  },
  {
    what: 'photos that there are not',
    args: (folder) => [...TARGETS, '--photos', join(folder, 'none'), '--out', join(folder, 'run')],
    exitCode: 65,
    stderr: /^the folder of photos does not exist: give one that exists\n$/,
  },
  {
    what: 'a folder that has something in it',
    args(folder) {
      writeFileSync(join(folder, 'mine.txt'), 'mine')
      return [...TARGETS, '--out', folder]
    },
    exitCode: 64,
    stderr: /^--out .* has something in it: name a new or empty folder\nSee /,
  },
  {
    what: 'a folder below a file',
    args(folder) {
      writeFileSync(join(folder, 'file'), '')
      return [...TARGETS, '--out', join(folder, 'file', 'run')]
    },
    exitCode: 73,
    stderr: /^cannot make .*: a part of the path is a file: name another folder with --out\n$/,
  },
  {
    what: 'a disk without room for a run',
    disk: '16m',
    args: (folder) => [...TARGETS, '--out', join(folder, 'run')],
    exitCode: 73,
    stderr: /^cannot make .*: the disk is full: .* \(only 16\.0 MB are free, 32 are needed\)\n$/,
  },
  {
    what: 'a report of no folder',
    command: 'report',
    args: () => [],
    exitCode: 64,
    stderr: /^one RUN_DIR is needed, but 0 were given\nSee npm run report -- --help\n$/,
  },
  {
    what: 'a report of what is no run',
    command: 'report',
    args: (folder) => [folder, '--format', 'json'],
    exitCode: 65,
    stderr: /is not a run folder: run\.json is not there\n$/,
  },
  {
    what: 'a report in no format',
    command: 'report',
    args: (folder) => [folder, '--format', 'pdf'],
    exitCode: 64,
    stderr: /^--format accepts json, markdown, html with commas, not "pdf"\n/,
  },
]

describe('the command line', () => {
  const mounted: string[] = []
  const ends = new Map<string, Promise<HarnessEnd>>()
  // Before the folders go.
  after(async () => {
    await Promise.allSettled(ends.values())
    mounted.forEach(unmount)
  })
  const newFolder = useFolders()

  before(async () => {
    const takeTurn = createTurns()
    for (const { what, command = 'compare', args, disk } of CASES) {
      if (disk !== undefined && whyNoMount() !== undefined) continue
      const folder = await newFolder()
      if (disk !== undefined) {
        mount(folder, `size=${disk}`)
        mounted.push(folder)
      }
      const given = args(folder)
      ends.set(
        what,
        takeTurn(() => runHarness(command, given)),
      )
    }
  })

  for (const { what, exitCode, stdout = '', stderr = /^$/, disk } of CASES) {
    it(`ends with ${exitCode} for ${what}`, async function () {
      if (disk !== undefined) skipUnless(this, whyNoMount())
      const end = await ends.get(what)!
      assert.match(end.stderr, stderr)
      assert.equal(end.stdout, stdout)
      assert.equal(end.exitCode, exitCode)
    })
  }
})
