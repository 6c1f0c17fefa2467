import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { SpawnSyncReturns } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { skipUnless } from '../helpers/optional'

const LINES = 200
/** A disk without room. */
const FULL = '/dev/full'

/** A program that logs, with what it does again and again. */
const program = (calls: string): string => `
const { setImmediate } = require('node:timers/promises')
const { createLog } = require('./serving/log')
const log = createLog('test', 'info')
async function run() {
  for (let line = 0; line < ${String(LINES)}; line += 1) {
    ${calls}
    await setImmediate()
  }
}
run().then(() => process.exit(0))
`

const run = (calls: string, stdout: 'pipe' | number): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, ['--require', 'ts-node/register', '--eval', program(calls)], {
    stdio: ['ignore', stdout, 'pipe'],
    timeout: 20_000,
    encoding: 'utf8',
  })

describe('the log', () => {
  it('tells what happened in the order in which it happened, the last line before an exit, too', () => {
    const { stdout } = run(`log.info({ line }); log.fatal({ line })`, 'pipe')
    const told = stdout.trimEnd().split('\n')
    assert.deepEqual(
      told.map((text) => {
        const { level, line } = JSON.parse(text) as { level: string; line: number }
        return `${level} ${String(line)}`
      }),
      Array.from({ length: LINES }, (_, line) => [
        `info ${String(line)}`,
        `fatal ${String(line)}`,
      ]).flat(),
    )
  })

  it('ends nothing when it cannot be written, as on a full disk', function () {
    skipUnless(this, existsSync(FULL) ? undefined : `there is no ${FULL}`)
    const full = openSync(FULL, 'w')
    const { status, stderr } = run(`log.info({ line, text: 'x'.repeat(65536) })`, full)
    closeSync(full)
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  })
})
