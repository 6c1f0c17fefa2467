import type { Prediction } from '../load/answer'
import type { Body } from '../load/load'
import type { Progress } from '../progress'
import { toExcerpt } from '../load/observations'
import { readReferences } from '../references'
import { TargetError } from '../targets/target'
import { findOtherLabels } from './agreement'
import { preparePythonEnvironment } from './environment'
import type { PythonEnvironment } from './environment'
import type { ExportedModel } from './export-model'
import { OURS } from './peers'
import type { Peer } from './peers'
import type { PeersRun } from './run'
import { startPeer } from './start-peer'
import type { RunningPeer } from './start-peer'

/** A peer with a number of workers that is known to work. */
export interface Ready {
  readonly peer: Peer
  readonly workers: number
  readonly programs: string
  readonly references: readonly Prediction[]
}

/** The cores that all are measured on; memory is not what they are held to. */
const LIMITS = { cpus: 2, memoryBytes: 8 * 2 ** 30 }
/** Of one request, ms. */
export const TIME_LIMIT_MS = 30_000

/** Who is measured, and who cannot be. */
export type FoundContestants = Pick<
  PeersRun,
  'contestants' | 'unavailable' | 'limits' | 'cpuSource'
> & {
  readonly ready: readonly Ready[]
}

interface FindOptions extends Pick<Starting, 'photos' | 'root' | 'cacheFolder' | 'signal'> {
  readonly peers: readonly Peer[]
  readonly workers: readonly number[]
  readonly progress: Progress
}

/**
 * Finds out which peers there are, and that their labels are those of ours, which comes first.
 *
 * @throws TargetError where ours does not answer; the signal's reason
 */
export async function findContestants(
  options: FindOptions,
  model: ExportedModel,
): Promise<FoundContestants> {
  const { peers, workers, progress } = options
  let all: FoundContestants = {
    ...{ ready: [], contestants: [], unavailable: [] },
    ...{ limits: null, cpuSource: null },
  }
  for (const peer of peers) {
    const environment = await prepareEnvironment(options, peer)
    if (environment.state === 'unavailable') {
      progress.say(`  ${peer.name}: unavailable: ${environment.reason}`)
      all = withUnavailable(all, peer, environment.reason)
      continue
    }
    for (const count of workers.filter((each) => peer.workers.includes(each))) {
      const starting = { ...options, ...environment, peer, workers: count, model }
      all = await addContestant(all, starting)
    }
  }
  return all
}

function prepareEnvironment(
  { cacheFolder, signal, progress }: FindOptions,
  { name, packages }: Peer,
): Promise<PythonEnvironment> {
  if (packages === undefined) return Promise.resolve({ state: 'ready', programs: '', packages: [] })
  const say = (line: string): void => {
    progress.say(line)
  }
  return preparePythonEnvironment({ name, packages, cacheFolder, signal, say })
}

async function addContestant(
  all: FoundContestants,
  options: Starting & Pick<FindOptions, 'progress'> & { readonly packages: readonly string[] },
): Promise<FoundContestants> {
  const { peer, workers, programs, packages, progress, photos } = options
  try {
    const { references, modelSha256, ...facts } = await tryOut(options)
    const others = findOtherLabels(all.ready[0]?.references ?? references, references)
    if (others !== undefined) throw new TargetError(`${peer.name} ${others}`)
    progress.say(`  ${peer.name}, ${workers}: answers all ${photos.length} photos`)
    const version = toVersion(peer, packages)
    const contestant = { title: peer.title, version, workers, packages, modelSha256 }
    return {
      ...all,
      ...facts,
      ready: [...all.ready, { peer, workers, programs, references }],
      contestants: [...all.contestants, { peer: peer.name, ...contestant }],
    }
  } catch (error) {
    if (!(error instanceof TargetError) || peer.name === OURS) throw error
    const reason = toExcerpt(error.message)
    progress.say(`  unavailable: ${reason}`)
    return withUnavailable(all, peer, reason)
  }
}

const withUnavailable = (
  all: FoundContestants,
  { name }: Peer,
  reason: string,
): FoundContestants => ({
  ...all,
  unavailable: [...all.unavailable, { peer: name, reason }],
})

/** What a contestant is started with. */
export interface Starting {
  readonly photos: readonly Body[]
  /** The project's folder. */
  readonly root: string
  readonly cacheFolder: string
  readonly signal: AbortSignal
  readonly peer: Peer
  readonly workers: number
  readonly programs: string
  readonly model: ExportedModel
}

/**
 * Starts a contestant.
 *
 * @throws TargetError if it does not get there; the signal's reason
 */
export async function startOne(options: Starting): Promise<RunningPeer> {
  const [photo] = options.photos
  if (photo === undefined) throw new Error('there is no photo')
  return startPeer({ ...options, photo, limits: LIMITS })
}

async function tryOut(options: Starting) {
  const running = await startOne(options)
  try {
    const { baseUrl, modelSha256, hold } = running
    const target = { baseUrl, facts: { name: options.peer.name } }
    const asking = { ...options, timeLimit: TIME_LIMIT_MS }
    const { predictions } = await readReferences(target, asking)
    return {
      references: predictions,
      modelSha256,
      limits: hold.limits,
      cpuSource: hold.witness?.name ?? null,
    }
  } finally {
    await running.stop()
  }
}

/** Of the package it is named after, which is the first. */
function toVersion({ packages: wanted }: Peer, installed: readonly string[]): string {
  const name = toPlainName(wanted?.[0]?.split(/[=[]/)[0] ?? '')
  const line = installed.find((each) => toPlainName(each).startsWith(`${name}==`))
  return line?.split('==')[1] ?? process.version
}

/** pip does not tell these apart (PEP 503). */
const toPlainName = (text: string): string => text.toLowerCase().replaceAll('_', '-')
