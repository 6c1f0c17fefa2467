import type { Cluster } from '../clusters/cluster'
import { COMPARED, COMPARED_MANIFESTS, COMPARISONS } from '../clusters/compared'
import type { ClusterName } from '../clusters/compared'
import { openClusters } from '../clusters/open-clusters'
import { openPod } from '../clusters/pod'
import { readClusters } from '../clusters/read-clusters'
import { endPods } from '../clusters/scale-pods'
import type { Body } from '../load/load'
import { match } from '../matching'
import { createRandom, shuffle } from '../random'
import { readReferences } from '../references'
import { recordRun } from '../row-run'
import type { UpdateRun } from '../row-run'
import type { ClustersAsked } from '../row-run-options'
import type { RowRunContext } from '../row-run-program'
import { TargetError } from '../targets/target'
import type { Target } from '../targets/target'
import type { ColdStart } from './cold-start'
import type { ColdStartRun } from './run'
import { takeColdStart } from './take-cold-start'
import type { Starting } from './take-cold-start'

interface MeasureOptions extends ClustersAsked, RowRunContext<ColdStartRun, ColdStart> {
  readonly plan: ColdStartRun['plan']
  readonly photo: Body
}

type Clusters = Readonly<Record<ClusterName, Cluster>>

const TIME_LIMIT_MS = 30_000

/**
 * Starts every twin from nothing, `samples` times, one after the other, and leaves each with one pod. Whatever goes wrong
 * with a twin ends in the run's `failures`.
 */
export async function measureColdStarts(options: MeasureOptions): Promise<void> {
  const { plan, recorder, progress, signal } = options
  const run: ColdStartRun = {
    ...{ kind: 'cold-start', version: 1, plan },
    ...{ targets: [], clusters: [], failures: [], state: 'running' },
  }
  let started: readonly Starting[] = []
  try {
    await recordRun(recorder, run, signal, async (update) => {
      const clusters = await openClusters({
        ...options,
        manifests: COMPARED_MANIFESTS,
        say: (line) => {
          progress.say(line)
        },
      })
      started = await prepare(options, clusters, update)
      await startAll(options, started)
    })
  } finally {
    progress.end()
    await Promise.allSettled(started.map(({ cluster, deployment }) => cluster.scale(deployment, 1)))
  }
}

/** Facts and answers of what runs, and whether it may be compared at all. */
async function prepare(
  { photo, signal }: MeasureOptions,
  clusters: Clusters,
  update: UpdateRun<ColdStartRun>,
): Promise<readonly Starting[]> {
  const opened: { readonly compared: (typeof COMPARED)[number]; readonly target: Target }[] = []
  for (const compared of COMPARED) {
    const target = await openPod({
      ...{ ...compared, cluster: clusters[compared.cluster], signal },
      seeksDirectUrl: false,
    })
    // Starts end and begin pods all the time.
    await target.stop()
    opened.push({ compared, target })
  }
  const { facts } = await readClusters(Object.values(clusters), signal)
  await update({ targets: opened.map(({ target }) => target.facts), clusters: facts })
  for (const { a, b } of COMPARISONS) {
    const find = (name: string) =>
      opened.find(({ compared }) => compared.name === name)?.target.facts
    const [one, other] = [find(a), find(b)]
    const [mismatch] = one && other ? match(one, other).mismatches : []
    if (mismatch !== undefined) throw new TargetError(`they do not match: ${mismatch}`)
  }
  const starting: Starting[] = []
  for (const { compared, target } of opened) {
    const cluster = clusters[compared.cluster]
    const service = await cluster.readService(compared.service)
    const options = { photos: [photo], timeLimit: TIME_LIMIT_MS, signal }
    const [reference] = (await readReferences(target, options)).predictions
    if (reference === undefined) throw new Error(`no answer of ${compared.name}`)
    starting.push({
      ...{
        name: compared.name,
        cluster,
        deployment: compared.deployment,
        photo,
        reference,
        signal,
      },
      ...{ selector: service?.spec.selector ?? {}, baseUrl: target.baseUrl },
    })
  }
  return starting
}

async function startAll(
  { plan, recorder, progress, signal }: MeasureOptions,
  all: readonly Starting[],
): Promise<void> {
  const random = createRandom(plan.seed)
  for (let block = 0; block < plan.samples; block++) {
    signal.throwIfAborted()
    progress.update(block / plan.samples, `start ${block + 1} of ${plan.samples}, ending the last`)
    // All at once, as this takes much longer than a start.
    await endPods(all)
    for (const [order, starting] of shuffle(all, random).entries()) {
      signal.throwIfAborted()
      const done = (block * all.length + order) / (plan.samples * all.length)
      progress.update(done, `start ${block + 1} of ${plan.samples}, ${starting.name}`)
      const start = await takeColdStart(starting)
      await recorder.recordRow({ target: starting.name, block, order, ...start })
    }
  }
}
