import { runClosedLoop } from '../load/closed'
import type { Body } from '../load/load'
import { countOutcomes, toObservations } from '../load/observations'
import type { Progress } from '../progress'
import { createRandom, shuffle } from '../random'
import { recordRun } from '../row-run'
import type { RowRecorder } from '../row-run'
import { TargetError } from '../targets/target'
import { warmUp } from '../warm-up'
import { exportModel } from './export-model'
import { findContestants, startOne, TIME_LIMIT_MS } from './find-contestants'
import type { Ready } from './find-contestants'
import type { ExportedModel } from './export-model'
import type { Peer } from './peers'
import type { PeersPlan, PeersRun, PeerTrial } from './run'

interface MeasureOptions {
  readonly plan: PeersPlan
  readonly peers: readonly Peer[]
  readonly workers: readonly number[]
  readonly photos: readonly Body[]
  readonly recorder: RowRecorder<PeersRun, PeerTrial>
  readonly progress: Progress
  /** The project's folder. */
  readonly root: string
  readonly cacheFolder: string
  /** Interrupts: what was measured so far is kept. */
  readonly signal: AbortSignal
}

const MEMORY_SOURCE = '/proc: PSS of all processes of its cgroup (smaps_rollup), after the trial'

/**
 * Installs the peers, starts each once to see whether it works and answers as ours does, and then measures them block by
 * block: in each every one is started, warmed up, measured at every concurrency, and ended, in random order.
 */
export async function measurePeers(options: MeasureOptions): Promise<void> {
  const { plan, recorder, progress, signal } = options
  const run: PeersRun = {
    ...{ kind: 'peers', version: 1, plan, contestants: [], unavailable: [] },
    ...{ limits: null, cpuSource: null, memorySource: MEMORY_SOURCE },
    ...{ failures: [], state: 'running' },
  }
  try {
    await recordRun(recorder, run, signal, async (update) => {
      const model = await exportModel({ ...options, model: plan.model })
      const { ready, ...facts } = await findContestants(options, model)
      await update(facts)
      await measureBlocks(options, model, ready)
    })
  } finally {
    progress.end()
  }
}

async function measureBlocks(
  options: MeasureOptions,
  model: ExportedModel,
  ready: readonly Ready[],
): Promise<void> {
  const { plan, progress, signal } = options
  const random = createRandom(plan.seed)
  for (let block = 0; block < plan.blocks; block++) {
    const photos = shuffle([...plan.photos.keys()], random)
    for (const [order, contestant] of shuffle(ready, random).entries()) {
      signal.throwIfAborted()
      const levels = shuffle(plan.concurrency, random)
      const done = (block * ready.length + order) / (plan.blocks * ready.length)
      const { peer, workers } = contestant
      const what = `block ${block + 1} of ${plan.blocks}, ${peer.name} with ${workers} workers`
      progress.update(done, what)
      await measureOne(options, { ...contestant, model, levels, block, order, photos })
    }
  }
}

interface Turn extends Ready {
  readonly model: ExportedModel
  readonly levels: readonly number[]
  readonly block: number
  readonly order: number
  /** Numbers of photos, as they are sent. */
  readonly photos: readonly number[]
}

async function measureOne(options: MeasureOptions, turn: Turn): Promise<void> {
  const { plan, photos, recorder, signal } = options
  const { peer, workers, block, order, references, levels } = turn
  const running = await startOne({ ...options, ...turn, photos })
  try {
    const stopper = new AbortController()
    void running.ended.then((reason) => {
      stopper.abort(new TargetError(`while it was measured, ${reason}`))
    })
    const all = AbortSignal.any([signal, stopper.signal])
    const sending = { photos, order: turn.photos, timeLimit: TIME_LIMIT_MS, signal: all }
    const { baseUrl } = running
    const most = Math.max(...plan.concurrency)
    const warming = { ...sending, target: { baseUrl }, name: peer.name, concurrency: most }
    const { requests, steady } = await warmUp(warming)
    for (const concurrency of levels) {
      all.throwIfAborted()
      const size = { requests: plan.requests }
      const [cpuBefore, generatorBefore] = [await running.readCpuSeconds(), process.cpuUsage()]
      const load = await runClosedLoop({ ...sending, baseUrl, concurrency, size })
      const generator = process.cpuUsage(generatorBefore)
      const cpuAfter = await running.readCpuSeconds()
      all.throwIfAborted()
      const { observations, messages } = toObservations(load, references)
      const right = observations.filter(({ outcome }) => outcome === 'right')
      await recorder.recordRow({
        ...{ peer: peer.name, workers, block, order, concurrency, messages },
        outcomes: countOutcomes(observations),
        warmUp: { requests, steady },
        duration: round(load.duration),
        cpuSeconds: cpuAfter === null || cpuBefore === null ? null : round(cpuAfter - cpuBefore),
        generatorCpuSeconds: round((generator.user + generator.system) / 1e6),
        responseTimes: right.map(({ responseTime }) => round(responseTime ?? 0)),
        pssBytes: await running.readPssBytes(),
        startToFirstAnswer: round(running.startToFirstAnswer),
      })
    }
  } finally {
    await running.stop()
  }
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4
