import { setTimeout } from 'node:timers/promises'
import { openClusters } from '../clusters/open-clusters'
import { readClusters } from '../clusters/read-clusters'
import type { Prediction } from '../load/answer'
import { toArrivals } from '../load/arrivals'
import type { Answer, Body, Failure } from '../load/load'
import { toObservations } from '../load/observations'
import { MOST_IN_FLIGHT, runOpenLoop } from '../load/open'
import { match } from '../matching'
import { createRandom, shuffle } from '../random'
import { recordRun } from '../row-run'
import type { UpdateRun } from '../row-run'
import type { ClustersAsked } from '../row-run-options'
import type { RowRunContext } from '../row-run-program'
import type { Observation } from '../run'
import { TargetError } from '../targets/target'
import { prepare, untilOnePod } from './prepare'
import type { Ready } from './prepare'
import type { AutoscalingPlan, AutoscalingRun, RequestSample, Sample } from './run'
import { SCALED, SCALED_MANIFESTS } from './scaled'
import { takeSample } from './take-sample'

interface MeasureOptions extends ClustersAsked, RowRunContext<AutoscalingRun, Sample> {
  readonly plan: AutoscalingPlan
  readonly photos: readonly Body[]
}

const SAMPLE_EVERY_MS = 3_000
const TIME_LIMIT_MS = 30_000
/** Samples in a row that a cluster may fail to give before the run is given up. */
const MOST_MISSED = 5

/**
 * Offers each twin the same load over time, one twin after the other, and records what its autoscaler makes of it.
 * Whatever goes wrong with a twin ends in the run's `failures`.
 */
export async function measureAutoscaling(options: MeasureOptions): Promise<void> {
  const { plan, recorder, progress, signal } = options
  const run: AutoscalingRun = {
    ...{ kind: 'autoscaling', version: 1, plan },
    ...{ targets: [], autoscalers: [], clusters: [], failures: [], state: 'running' },
  }
  try {
    await recordRun(recorder, run, signal, (update) => measureAll(options, update))
  } finally {
    progress.end()
  }
}

async function measureAll(
  options: MeasureOptions,
  update: UpdateRun<AutoscalingRun>,
): Promise<void> {
  const { plan, photos, progress, signal } = options
  const say = (line: string): void => {
    progress.say(line)
  }
  const clusters = await openClusters({ ...options, manifests: SCALED_MANIFESTS, say })
  const ready: Ready[] = []
  for (const scaled of SCALED) {
    say(`${scaled.name}: waiting until it has one pod`)
    const limits = {
      ...{ stabilization: plan.stabilization, photos, signal },
      timeLimit: TIME_LIMIT_MS,
    }
    ready.push(await prepare(scaled, clusters[scaled.cluster], limits))
  }
  const { facts } = await readClusters(Object.values(clusters), signal)
  await update({
    targets: ready.map((each) => each.facts),
    autoscalers: ready.map(({ autoscaler }) => autoscaler),
    clusters: facts,
  })
  requireMatch(ready)
  const random = createRandom(plan.seed)
  const arrivals = toArrivals(plan.points, random)
  for (const [order, each] of shuffle(ready, random).entries()) {
    await load(options, each, { arrivals, done: order / ready.length, share: 1 / ready.length })
  }
}

function requireMatch([one, other]: readonly Ready[]): void {
  if (one === undefined || other === undefined) throw new Error('there are not two twins')
  const [mismatch] = match(one.facts, other.facts).mismatches
  if (mismatch !== undefined) throw new TargetError(`they do not match: ${mismatch}`)
}

interface Part {
  readonly arrivals: readonly number[]
  /** Of the whole run, before this twin, and by it. */
  readonly done: number
  readonly share: number
}

async function load(
  { plan, photos, recorder, progress, signal }: MeasureOptions,
  { scaled, cluster, selector, baseUrl, references }: Ready,
  { arrivals, done, share }: Part,
): Promise<void> {
  await untilOnePod(scaled, cluster, signal)
  const seconds = plan.points.at(-1)?.at ?? 0
  let results: (Answer | Failure)[] = []
  const startedAt = performance.now()
  const loading = new AbortController()
  const sent = runOpenLoop({
    ...{ baseUrl, photos, arrivals, timeLimit: TIME_LIMIT_MS, mostInFlight: MOST_IN_FLIGHT },
    order: [...photos.keys()],
    duration: seconds * 1000,
    signal: AbortSignal.any([signal, loading.signal]),
    onResult: (result) => results.push(result),
  })
  let missed = 0
  const onMissed = (error: unknown): undefined => {
    if (++missed > MOST_MISSED) throw error
  }
  const state = { isOver: false }
  void sent.finally(() => (state.isOver = true))
  try {
    for (;;) {
      // The next multiple: one that took long is not made up for.
      const passed = (performance.now() - startedAt) % SAMPLE_EVERY_MS
      await setTimeout(SAMPLE_EVERY_MS - passed, undefined, { signal })
      // Before the sample, so that the last one has all that was answered.
      const { isOver } = state
      const sample = await takeSample({ scaled, cluster, selector }).catch(onMissed)
      const at = (performance.now() - startedAt) / 1000
      // What it would have told of requests is told by the next.
      if (sample === undefined) continue
      missed = 0
      const requests = toRequests(results, references)
      results = []
      await recorder.recordRow({ target: scaled.name, at: round(at), ...sample, requests })
      const { wanted, ready } = sample
      progress.update(
        done + share * Math.min(1, at / seconds),
        `${scaled.name}: ${ready} of ${wanted} pods after ${Math.round(at)} s`,
      )
      if (isOver && at >= seconds) return
    }
  } finally {
    loading.abort()
    await sent
  }
}

function toRequests(
  results: readonly (Answer | Failure)[],
  references: readonly Prediction[],
): readonly RequestSample[] {
  const answers = results.filter((result) => 'status' in result)
  const failures = results.filter((result) => 'outcome' in result)
  const { observations } = toObservations({ answers, failures, duration: 0 }, references)
  return observations.map(toRequest)
}

function toRequest({ sentAt, lag, responseTime, outcome }: Observation): RequestSample {
  const times = [round(sentAt), lag === null ? null : round(lag)] as const
  const took = responseTime === null ? null : round(responseTime)
  return outcome === 'right' ? [...times, took] : [...times, took, outcome]
}

/** To a hundredth. */
const round = (value: number): number => Math.round(value * 100) / 100
