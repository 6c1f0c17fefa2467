import assert from 'node:assert/strict'
import { summarise, toMsPerSwitch, toProcessMs, toTrial } from './account'
import type { Trial } from './account'

const SAMPLER = 'v8:ProfEvntProc'
const THREADS = [
  { tid: 10, name: 'node', cpuMs: 40, waitedMs: 4, switches: 60 },
  { tid: 11, name: 'node', cpuMs: 6, waitedMs: 1, switches: 5 },
  { tid: 12, name: 'node', cpuMs: 2, waitedMs: 2, switches: 8 },
  { tid: 20, name: 'node', cpuMs: 150, waitedMs: 8, switches: 20 },
  { tid: 30, name: SAMPLER, cpuMs: 9, waitedMs: 0, switches: 300 },
  { tid: 31, name: SAMPLER, cpuMs: 7, waitedMs: 0, switches: 300 },
]
const PROFILES = [
  { tid: 20, isMainThread: false, work: { entropy: 30, rest: 10, predict: 100, handOver: 4 } },
  { tid: 10, isMainThread: true, work: { http: 25, handOver: 10 } },
]
const LOAD = {
  connections: 4,
  requests: 10,
  undisturbedCpuMs: 180,
  msPerSwitch: 0.0125,
  threads: THREADS,
  profiles: PROFILES,
}

describe('the account of a request', () => {
  it('has what the kernel says of each thread, of one request, and the samplers aside', () => {
    const { main, worker, helpers, ...others } = toTrial(LOAD)
    assert.deepEqual(others, {
      connections: 4,
      undisturbedCpuMs: 18,
      profilerCpuMs: 1.6,
      msPerSwitch: 0.0125,
    })
    assert.deepEqual([main.cpuMs, main.waitedMs, main.sampledMs], [4, 0.4, 3.5])
    assert.deepEqual([worker.cpuMs, worker.waitedMs, worker.sampledMs], [15, 0.8, 14.4])
    assert.deepEqual([main.switches, worker.switches], [6, 2])
    assert.deepEqual(helpers, { cpuMs: 0.8, waitedMs: 0.3 })
    assert.deepEqual(worker.work, { entropy: 3, rest: 1, predict: 10, handOver: 0.4 })
    assert.equal(toProcessMs(THREADS), 198)
  })

  it('takes one profile of the main thread and one of a worker', () => {
    for (const profiles of [PROFILES.slice(1), PROFILES.slice(0, 1), [...PROFILES, PROFILES[0]!]]) {
      assert.throws(() => toTrial({ ...LOAD, profiles }))
    }
  })

  it('adds up: the parts of both threads and the helpers beside the whole', () => {
    const { cpuMs, parts, sumMs, difference } = summarise(4, [toTrial(LOAD)])
    assert.equal(cpuMs.value.toFixed(6), '19.800000')
    const values = Object.fromEntries(parts.map(({ part, value }) => [part, value.toFixed(6)]))
    assert.deepEqual(values, {
      decode: '4.000000',
      normalise: '0.000000',
      predict: '10.000000',
      http: '2.500000',
      handOver: '1.400000',
      serialise: '0.000000',
      logAndMetrics: '0.000000',
      garbageCollection: '0.000000',
      eventLoop: '0.000000',
      waking: '0.100000',
      helperThreads: '0.800000',
      other: '0.000000',
    })
    assert.equal(sumMs.toFixed(6), '18.800000')
    assert.equal(difference.toFixed(6), ((19.8 - 18.8) / 19.8).toFixed(6))
    const handOver = parts.find(({ part }) => part === 'handOver')
    assert.deepEqual([handOver?.mainMs, handOver?.workerMs], [1, 0.4])
  })

  it("takes waking for each thread's switches, as each block's calibration says they cost", () => {
    const trial = toTrial(LOAD)
    const trials = [0.01, 0.04, 0.02].map((msPerSwitch): Trial => ({ ...trial, msPerSwitch }))
    const { parts, threads, usPerSwitch } = summarise(4, trials)
    const { value, mainMs, workerMs } = parts.find(({ part }) => part === 'waking')!
    assert.deepEqual([value, mainMs, workerMs], [0.16, 0.12, 0.04])
    assert.equal(usPerSwitch.value, 20)
    assert.deepEqual(
      threads.map(({ switches }) => switches),
      [6, 2, null],
    )
  })

  it('is calibrated by the CPU of a thread that slept and was woken, without what is in its profile', () => {
    assert.equal(toMsPerSwitch({ switches: 4000, cpuMs: 50, sampledMs: 10 }), 0.01)
    assert.throws(() => toMsPerSwitch({ switches: 0, cpuMs: 50, sampledMs: 10 }), /never slept/)
  })

  it('tells a sum that is too large as it tells one that is too small', () => {
    const trial = toTrial(LOAD)
    const more = { ...trial, worker: { ...trial.worker, cpuMs: 15 - 2.2 } }
    assert.equal(summarise(4, [more]).difference.toFixed(6), ((18.8 - 17.6) / 17.6).toFixed(6))
  })

  it('has medians over the blocks, with an interval from six of them on', () => {
    const trial = toTrial(LOAD)
    const trials = [5, 1, 3, 2, 4, 6].map((http): Trial => ({
      ...trial,
      main: { ...trial.main, work: { http } },
    }))
    const estimateOf = (some: readonly Trial[]) =>
      summarise(4, some).parts.find(({ part }) => part === 'http')
    const { value, lower, upper } = estimateOf(trials)!
    assert.deepEqual([value, lower, upper], [3.5, 1, 6])
    assert.equal(estimateOf(trials.slice(0, 5))?.lower, undefined)
  })

  it("tells decoding's steps apart", () => {
    const { decode } = summarise(4, [toTrial(LOAD)])
    const steps = Object.fromEntries(decode.map(({ step, value }) => [step, value]))
    assert.deepEqual(steps, { entropy: 3, transform: 0, colour: 0, resize: 0, rest: 1 })
  })
})
