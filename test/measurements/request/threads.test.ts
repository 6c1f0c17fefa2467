import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { skipUnless } from '../../helpers/optional'
import { isSampler, readThreads, toAdded, toSwitches, whyNoThreads } from './threads'

const thread = { name: 'node', waitedMs: 0, switches: 0 }

describe('the threads of a process', () => {
  it('tell what was added to each, and all of those that are new', () => {
    const before = [
      { ...thread, tid: 1, cpuMs: 10, waitedMs: 3, switches: 7 },
      { ...thread, tid: 2, cpuMs: 5 },
    ]
    const after = [
      { ...thread, tid: 1, cpuMs: 14, waitedMs: 4, switches: 12 },
      { ...thread, tid: 3, cpuMs: 2, switches: 6 },
    ]
    assert.deepEqual(toAdded(before, after), [
      { ...thread, tid: 1, cpuMs: 4, waitedMs: 1, switches: 5 },
      { ...thread, tid: 3, cpuMs: 2, switches: 6 },
    ])
  })

  it('tell how often they went to sleep, but not how often they had to go', () => {
    const switches = 'voluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t545'
    assert.equal(toSwitches(`Name:\tnode\nThreads:\t11\n${switches}`), 150)
    assert.throws(() => toSwitches('Name:\tnode\nnonvoluntary_ctxt_switches:\t545'), /no switches/)
  })

  it('have slept more often when they were woken more often', async function () {
    skipUnless(this, whyNoThreads())
    const readMain = () => readThreads(process.pid).find(({ tid }) => tid === process.pid)!
    const before = readMain()
    for (let i = 0; i < 5; i++) await setTimeout(2)
    assert.ok(readMain().switches >= before.switches + 5)
  })

  it("are a profiler's where V8 says so", () => {
    assert.equal(isSampler({ ...thread, tid: 1, cpuMs: 0, name: 'v8:ProfEvntProc' }), true)
    assert.equal(isSampler({ ...thread, tid: 1, cpuMs: 0 }), false)
  })

  it('are read from the kernel, and add up to about what the process has taken', function () {
    skipUnless(this, whyNoThreads())
    const threads = readThreads(process.pid)
    const main = threads.find(({ tid }) => tid === process.pid)
    assert.ok(main !== undefined && main.cpuMs > 0)
    const { user, system } = process.cpuUsage()
    const sum = threads.reduce((total, { cpuMs }) => total + cpuMs, 0)
    // Threads that have ended are in the process's only.
    assert.ok(sum > main.cpuMs && sum < ((user + system) / 1000) * 1.1, `${sum}`)
  })
})
