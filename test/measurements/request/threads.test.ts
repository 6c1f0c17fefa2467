import assert from 'node:assert/strict'
import { isSampler, readThreads, toAdded } from './threads'

const thread = { name: 'node', waitedMs: 0 }

describe('the threads of a process', () => {
  it('tell what was added to each, and all of those that are new', () => {
    const before = [
      { ...thread, tid: 1, cpuMs: 10, waitedMs: 3 },
      { ...thread, tid: 2, cpuMs: 5 },
    ]
    const after = [
      { ...thread, tid: 1, cpuMs: 14, waitedMs: 4 },
      { ...thread, tid: 3, cpuMs: 2 },
    ]
    assert.deepEqual(toAdded(before, after), [
      { ...thread, tid: 1, cpuMs: 4, waitedMs: 1 },
      { ...thread, tid: 3, cpuMs: 2 },
    ])
  })

  it("are a profiler's where V8 says so", () => {
    assert.equal(isSampler({ ...thread, tid: 1, cpuMs: 0, name: 'v8:ProfEvntProc' }), true)
    assert.equal(isSampler({ ...thread, tid: 1, cpuMs: 0 }), false)
  })

  it('are read from the kernel, and add up to about what the process has taken', function () {
    if (process.platform !== 'linux') this.skip()
    const threads = readThreads(process.pid)
    const main = threads.find(({ tid }) => tid === process.pid)
    assert.ok(main !== undefined && main.cpuMs > 0)
    const { user, system } = process.cpuUsage()
    const sum = threads.reduce((total, { cpuMs }) => total + cpuMs, 0)
    // Threads that have ended are in the process's only.
    assert.ok(sum > main.cpuMs && sum < ((user + system) / 1000) * 1.1, `${sum}`)
  })
})
