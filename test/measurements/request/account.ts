import { medianInterval } from '../../../bench/statistics/median'
import type { Estimate } from '../estimate'
import { PARTS, STEPS } from './parts'
import type { Part, Step, Work } from './parts'
import type { WorkMs } from './profile'
import { isSampler } from './threads'
import type { ThreadTimes } from './threads'

interface Helpers {
  readonly cpuMs: number
  readonly waitedMs: number
}

interface Profiled extends Helpers {
  /** By the profiler, what the thread was not idle. */
  readonly sampledMs: number
  readonly work: WorkMs
  /** How often it went to sleep. */
  readonly switches: number
}

/**
 * What a thread took that only slept and was woken, with the profiler on: V8 takes it for idle while libuv and the kernel
 * put it to sleep, wake it and read what there is to read, so that the profile has none of it.
 */
export interface Calibration {
  readonly switches: number
  readonly cpuMs: number
  readonly sampledMs: number
}

/**
 * CPU of going to sleep once and being woken.
 *
 * @throws RangeError if it never slept
 */
export function toMsPerSwitch({ switches, cpuMs, sampledMs }: Calibration): number {
  if (switches === 0) throw new RangeError('the thread never slept')
  return (cpuMs - sampledMs) / switches
}

/** One load with the profiler on and one with it off before; all ms are of one request. */
export interface Trial {
  readonly connections: number
  /** The process with the profiler off. */
  readonly undisturbedCpuMs: number
  /** The threads that only take the samples. */
  readonly profilerCpuMs: number
  /** By the calibration of its block. */
  readonly msPerSwitch: number
  readonly main: Profiled
  readonly worker: Profiled
  readonly helpers: Helpers
}

/** One number of connections: where its CPU time went. */
export interface Condition {
  readonly connections: number
  /** The whole: by the kernel, of all threads but the profiler's, while it was on. */
  readonly cpuMs: Estimate
  readonly undisturbedCpuMs: Estimate
  readonly profilerCpuMs: Estimate
  readonly parts: readonly (Estimate & {
    readonly part: Part
    /** Medians of the two threads. */
    readonly mainMs: number
    readonly workerMs: number
  })[]
  readonly decode: readonly (Estimate & { readonly step: Step })[]
  readonly usPerSwitch: Estimate
  readonly threads: readonly {
    readonly thread: 'main' | 'worker' | 'helpers'
    readonly cpuMs: number
    /** Null of the helpers, which have no profile: all that the kernel says of them is a part. */
    readonly sampledMs: number | null
    readonly switches: number | null
    readonly waitedMs: number
  }[]
  /** Of the parts as they stand here. */
  readonly sumMs: number
  /** How far the sum is from the whole, to the whole. */
  readonly difference: number
}

/** The CPU of a process without its profiler. */
export const toProcessMs = (threads: readonly ThreadTimes[]): number =>
  sum(threads.filter((thread) => !isSampler(thread)).map(({ cpuMs }) => cpuMs))

interface ProfiledLoad {
  readonly connections: number
  readonly requests: number
  readonly undisturbedCpuMs: number
  readonly msPerSwitch: number
  /** What the load added to each thread. */
  readonly threads: readonly ThreadTimes[]
  readonly profiles: readonly {
    readonly tid: number
    readonly isMainThread: boolean
    readonly work: WorkMs
  }[]
}

/** @throws Error unless there is one profile of the main thread and one of a worker */
export function toTrial(load: ProfiledLoad): Trial {
  const { connections, requests, threads, profiles } = load
  const own = new Set(profiles.map(({ tid }) => tid))
  const add = (some: readonly ThreadTimes[]): Helpers => ({
    cpuMs: sum(some.map(({ cpuMs }) => cpuMs)) / requests,
    waitedMs: sum(some.map(({ waitedMs }) => waitedMs)) / requests,
  })
  const of = (isMainThread: boolean): Profiled => {
    const [profile, ...others] = profiles.filter((each) => each.isMainThread === isMainThread)
    if (profile === undefined || others.length > 0) throw new Error('one thread of each, please')
    const entries = Object.entries(profile.work).map(([name, ms]) => [name, ms / requests] as const)
    const work: WorkMs = Object.fromEntries(entries)
    const its = threads.filter(({ tid }) => tid === profile.tid)
    const switches = sum(its.map((thread) => thread.switches)) / requests
    return { ...add(its), sampledMs: sum(Object.values(work)), work, switches }
  }
  return {
    connections,
    undisturbedCpuMs: load.undisturbedCpuMs / requests,
    profilerCpuMs: add(threads.filter(isSampler)).cpuMs,
    msPerSwitch: load.msPerSwitch,
    main: of(true),
    worker: of(false),
    helpers: add(threads.filter((thread) => !own.has(thread.tid) && !isSampler(thread))),
  }
}

/** @param trials of one number of connections, one a block */
export function summarise(connections: number, trials: readonly Trial[]): Condition {
  const estimate = (of: (trial: Trial) => number): Estimate => medianInterval(trials.map(of))
  const cpuMs = estimate(({ main, worker, helpers }) => main.cpuMs + worker.cpuMs + helpers.cpuMs)
  const parts = keysOf(PARTS).map((part) => ({
    part,
    ...estimate((trial) => toPartMs(part, trial)),
    mainMs: estimate((trial) => toThreadMs(part, trial.main, trial)).value,
    workerMs: estimate((trial) => toThreadMs(part, trial.worker, trial)).value,
  }))
  const decode = keysOf(STEPS).map((step) => ({
    step,
    ...estimate(({ main, worker }) => (main.work[step] ?? 0) + (worker.work[step] ?? 0)),
  }))
  const threads = (['main', 'worker', 'helpers'] as const).map((thread) => ({
    thread,
    cpuMs: estimate((trial) => trial[thread].cpuMs).value,
    sampledMs: thread === 'helpers' ? null : estimate((trial) => trial[thread].sampledMs).value,
    switches: thread === 'helpers' ? null : estimate((trial) => trial[thread].switches).value,
    waitedMs: estimate((trial) => trial[thread].waitedMs).value,
  }))
  const sumMs = sum(parts.map(({ value }) => value))
  return {
    connections,
    cpuMs,
    undisturbedCpuMs: estimate((trial) => trial.undisturbedCpuMs),
    profilerCpuMs: estimate((trial) => trial.profilerCpuMs),
    parts,
    decode,
    usPerSwitch: estimate(({ msPerSwitch }) => msPerSwitch * 1000),
    threads,
    sumMs,
    difference: Math.abs(sumMs - cpuMs.value) / cpuMs.value,
  }
}

const toPartMs = (part: Part, trial: Trial): number =>
  part === 'helperThreads'
    ? trial.helpers.cpuMs
    : toThreadMs(part, trial.main, trial) + toThreadMs(part, trial.worker, trial)

function toThreadMs(part: Part, { work, switches }: Profiled, { msPerSwitch }: Trial): number {
  if (part === 'helperThreads') return 0
  if (part === 'waking') return switches * msPerSwitch
  const names: readonly Work[] = part === 'decode' ? keysOf(STEPS) : [part]
  return sum(names.map((name) => work[name] ?? 0))
}

const keysOf = <Key extends string>(of: Readonly<Record<Key, unknown>>): readonly Key[] =>
  Object.keys(of) as Key[]

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)
