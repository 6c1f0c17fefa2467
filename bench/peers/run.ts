import type { KindOfRun, RawRowRun, RowRunFormat } from '../row-run'
import type { Outcome, PhotoFacts, Limits } from '../run'

/** run.json of a comparison with peers. Times are ms. */
export interface PeersRun extends KindOfRun {
  readonly kind: 'peers'
  readonly plan: PeersPlan
  /** Those that are measured, in the order in which they are told. */
  readonly contestants: readonly Contestant[]
  /** Those that could not be installed or started, and why. */
  readonly unavailable: readonly { readonly peer: string; readonly reason: string }[]
  readonly limits: Limits | null
  readonly cpuSource: string | null
  readonly memorySource: string
}

export interface PeersPlan {
  readonly seed: number
  readonly model: string
  readonly blocks: number
  readonly concurrency: readonly number[]
  /** Of a trial. */
  readonly requests: number
  readonly photos: readonly PhotoFacts[]
  /** In words. */
  readonly photoSource: string
}

/** A peer with a number of workers. */
export interface Contestant {
  readonly peer: string
  readonly title: string
  readonly version: string
  readonly workers: number
  /** All packages of its virtual environment with their versions. */
  readonly packages: readonly string[]
  /** Sha256 of the model that its answers name. */
  readonly modelSha256: string | null
}

/** One line of trials.ndjson.gz: one contestant's part of a block at one concurrency. */
export interface PeerTrial {
  readonly peer: string
  readonly workers: number
  readonly block: number
  /** From 0: the contestant's place in the block. */
  readonly order: number
  readonly concurrency: number
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  /** What the first requests said that were not answered right. */
  readonly messages: readonly string[]
  readonly duration: number
  /** Requests of the warm-up before its block's first trial, and whether it was steady by their end. */
  readonly warmUp: { readonly requests: number; readonly steady: boolean }
  /** Of all its processes. */
  readonly cpuSeconds: number | null
  readonly generatorCpuSeconds: number
  /** Of those that were answered right. */
  readonly responseTimes: readonly number[]
  /** Proportional set size of all its processes after the trial. */
  readonly pssBytes: number | null
  /** From the start of its first process to the first right answer, of this block's process. */
  readonly startToFirstAnswer: number
}

export const PEERS_FORMAT: RowRunFormat<PeersRun> = {
  kind: 'peers',
  rowsFile: 'peer-trials.ndjson.gz',
}

export type RawPeers = RawRowRun<PeersRun, PeerTrial>
