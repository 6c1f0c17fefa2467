import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPORT_USAGE, USAGE } from '../../bench/usage'
import { createTurns, runHarness } from '../helpers/harness-process'
import type { HarnessEnd } from '../helpers/harness-process'
import { useFolders } from '../helpers/measured'

interface Case {
  readonly what: string
  readonly command?: 'compare' | 'report'
  /** @param folder new and empty */
  readonly args: (folder: string) => readonly string[]
  readonly exitCode: number
  readonly stdout?: string
  readonly stderr?: RegExp
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
    what: 'a report of what is no run',
    command: 'report',
    args: (folder) => [folder, '--format', 'json'],
    exitCode: 65,
    stderr: /is not a run folder: run\.json is not there\n$/,
  },
]

describe('the command line', () => {
  const ends = new Map<string, Promise<HarnessEnd>>()
  // Before the folders go.
  after(async () => {
    await Promise.allSettled(ends.values())
  })
  const newFolder = useFolders()

  before(async () => {
    const takeTurn = createTurns()
    for (const { what, command = 'compare', args } of CASES) {
      const folder = await newFolder()
      const given = args(folder)
      ends.set(
        what,
        takeTurn(() => runHarness(command, given)),
      )
    }
  })

  for (const { what, exitCode, stdout = '', stderr = /^$/ } of CASES) {
    it(`ends with ${exitCode} for ${what}`, async () => {
      const end = await ends.get(what)!
      assert.match(end.stderr, stderr)
      assert.equal(end.stdout, stdout)
      assert.equal(end.exitCode, exitCode)
    })
  }
})
