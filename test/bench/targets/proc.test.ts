import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readProcCpuSeconds, readProcPeakBytes, resetProcPeak } from '../../../bench/targets/proc'
import { skipUnless } from '../../helpers/optional'
import { createPrograms, readyThen } from './programs'
import { until } from './until'

const onLinux = process.platform === 'linux' ? undefined : 'there is no /proc here'
const NOBODY = 2 ** 30

describe('what the kernel tells of a process', () => {
  it('is its CPU time, as the process itself counts it', async function () {
    skipUnless(this, onLinux)
    const { user, system } = process.cpuUsage()
    const seconds = await readProcCpuSeconds(process.pid)
    assert.ok(Math.abs((seconds ?? 0) - (user + system) / 1e6) < 0.1, String(seconds))
  })

  it('is read right whatever its name', async () => {
    const proc = mkdtempSync(join(tmpdir(), 'proc-'))
    mkdirSync(join(proc, '7'))
    const fields = 'S 1 7 7 0 -1 4194560 1 2 3 4 150 25 0 0 20 0'
    writeFileSync(join(proc, '7', 'stat'), `7 (a) b 1 (2) ${fields}`)
    assert.equal(await readProcCpuSeconds(7, proc), 1.75)
    rmSync(proc, { recursive: true })
  })

  it('is the peak of its memory since it was reset', async function () {
    skipUnless(this, onLinux)
    const programs = createPrograms()
    try {
      const eat = `
        require('node:v8').setFlagsFromString('--expose-gc')
        let eaten = Buffer.alloc(200 << 20, 1)
        eaten = undefined
        setInterval(require('node:vm').runInNewContext('gc'), 20)`
      const target = await programs.start(readyThen('', '{ workers: process.pid }') + eat)
      const pid = target.facts.workers ?? 0
      const isAbove = async (bytes: number): Promise<boolean> =>
        ((await readProcPeakBytes(pid)) ?? 0) > bytes
      await until('it has eaten', () => isAbove(200e6))
      await until('it has given back', async () => {
        assert.ok(await resetProcPeak(pid))
        return !(await isAbove(150e6))
      })
    } finally {
      await programs.remove()
    }
  })

  it('is nothing where there is no such process', async () => {
    assert.equal(await readProcCpuSeconds(NOBODY), null)
    assert.equal(await readProcPeakBytes(NOBODY), null)
    assert.equal(await resetProcPeak(NOBODY), false)
  })
})
