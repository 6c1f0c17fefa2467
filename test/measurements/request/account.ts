import { medianInterval } from '../../../bench/statistics/median'
import { PARTS, STEPS } from './parts'
import type { Part, Step, Work } from './parts'
import type { WorkMs } from './profile'
import { isSampler } from './threads'
import type { ThreadTimes } from './threads'

/** Of the medians over the blocks; the ends of the 95 % interval are there from six blocks on. */
export interface Estimate {
  readonly value: number
  readonly lower?: number | undefined
  readonly upper?: number | undefined
}

interface Helpers {
  readonly cpuMs: number
  readonly waitedMs: number
}

interface Profiled extends Helpers {
  /** By the profiler, what the thread was not idle. */
  readonly sampledMs: number
  readonly work: WorkMs
}

/** One load with the profiler on and one with it off before; all ms are of one request. */
export interface Trial {
  readonly connections: number
  /** The process with the profiler off. */
  readonly undisturbedCpuMs: number
  /** The threads that only take the samples. */
  readonly profilerCpuMs: number
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
  readonly threads: readonly {
    readonly thread: 'main' | 'worker' | 'helpers'
    readonly cpuMs: number
    /** Null of the helpers, which have no profile. */
    readonly sampledMs: number | null
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
    const times = add(threads.filter(({ tid }) => tid === profile.tid))
    return { ...times, sampledMs: sum(Object.values(work)), work }
  }
  return {
    connections,
    undisturbedCpuMs: load.undisturbedCpuMs / requests,
    profilerCpuMs: add(threads.filter(isSampler)).cpuMs,
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
    mainMs: estimate(({ main }) => toSampledMs(part, main.work)).value,
    workerMs: estimate(({ worker }) => toSampledMs(part, worker.work)).value,
  }))
  const decode = keysOf(STEPS).map((step) => ({
    step,
    ...estimate(({ main, worker }) => (main.work[step] ?? 0) + (worker.work[step] ?? 0)),
  }))
  const threads = (['main', 'worker', 'helpers'] as const).map((thread) => ({
    thread,
    cpuMs: estimate((trial) => trial[thread].cpuMs).value,
    sampledMs: thread === 'helpers' ? null : estimate((trial) => trial[thread].sampledMs).value,
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
    threads,
    sumMs,
    difference: Math.abs(sumMs - cpuMs.value) / cpuMs.value,
  }
}

const toPartMs = (part: Part, { main, worker, helpers }: Trial): number =>
  part === 'helperThreads'
    ? helpers.cpuMs
    : toSampledMs(part, main.work) + toSampledMs(part, worker.work)

function toSampledMs(part: Part, work: WorkMs): number {
  if (part === 'helperThreads') return 0
  const names: readonly Work[] = part === 'decode' ? keysOf(STEPS) : [part]
  return sum(names.map((name) => work[name] ?? 0))
}

const keysOf = <Key extends string>(of: Readonly<Record<Key, unknown>>): readonly Key[] =>
  Object.keys(of) as Key[]

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)
