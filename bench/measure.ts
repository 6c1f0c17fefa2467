import { setTimeout as pause } from 'node:timers/promises'
import { startCpuChecks } from './check-cpu'
import { toSchedule } from './experiment'
import type { Participants } from './experiment'
import { findZeroWork } from './find-zero-work'
import type { Prediction } from './load/answer'
import type { Body } from './load/load'
import { match } from './matching'
import { closeAll } from './open-targets'
import type { Columns } from './open-targets'
import type { Progress } from './progress'
import type { Recorder } from './recorder'
import { findDisagreement, readReferences } from './references'
import type { References } from './references'
import type { Plan, Run, TargetFacts, WarmUp } from './run'
import { TargetError } from './targets/target'
import type { Target } from './targets/target'
import { toSweepRates } from './sweep'
import { MeasurementError, runSchedule } from './run-schedule'
import { warmUpAll } from './warm-up-all'

/** What `measure` needs. */
interface MeasureOptions {
  readonly plan: Plan
  readonly columns: Columns
  readonly photos: readonly Body[]
  readonly recorder: Recorder
  readonly progress: Progress
  /** Interrupts: what was measured so far is kept. */
  readonly signal: AbortSignal
  /** How long one request may take, ms. */
  readonly timeLimit?: number
}

const TIME_LIMIT = 30_000
/** A request that fails as its target ends may be told before the end, which says more. */
const END_IS_TOLD_IN = 500

/**
 * Opens the targets, checks that they match, warms them up, measures the schedule, and closes them. Whatever goes wrong
 * with a target ends in the run's `failures`; only what is wrong with the harness or the disk is thrown.
 */
export async function measure(options: MeasureOptions): Promise<void> {
  const { plan, columns, recorder, progress, signal } = options
  let run: Run = {
    version: 1,
    plan,
    targets: [],
    answers: [],
    warmUps: [],
    failures: [],
    state: 'running',
  }
  const update = async (changes: Partial<Run>): Promise<void> => {
    run = { ...run, ...changes }
    await recorder.writeRun(run)
  }
  await update({})
  const stopper = new AbortController()
  const all = AbortSignal.any([signal, stopper.signal])
  let ended = new Promise<string>(() => undefined)
  let targets = new Map<string, Target>()
  try {
    progress.say(`starting ${columns.names.length} targets`)
    targets = await columns.open(signal, (line) => {
      progress.say(line)
    })
    const clusters = await columns.readClusters?.(signal)
    if (clusters !== undefined) await update({ clusters: clusters.facts })
    const watch = (): void => {
      ended = untilEnded(targets)
      void ended.then((reason) => {
        stopper.abort(new MeasurementError(reason))
      })
    }
    watch()
    const addWarmUp = (warmUp: WarmUp) => update({ warmUps: [...run.warmUps, warmUp] })
    await measureOn({ ...options, targets, watch, signal: all, update, addWarmUp })
    if (clusters !== undefined) await update({ clusters: await clusters.complete() })
    await update({ state: 'completed' })
  } catch (error) {
    if (signal.aborted) await update({ state: 'interrupted' })
    else if (isTrouble(error, stopper.signal)) {
      const reason = await Promise.race([ended, pause(END_IS_TOLD_IN, undefined)])
      await update({ state: 'failed', failures: [reason ?? (error as Error).message] })
    } else throw error
  } finally {
    progress.end()
    await closeAll(targets)
  }
}

const isTrouble = (error: unknown, stopped: AbortSignal): boolean =>
  stopped.aborted || error instanceof MeasurementError || error instanceof TargetError

/** Resolves with the reason of the first target that ends by itself. */
async function untilEnded(targets: ReadonlyMap<string, Target>): Promise<string> {
  const reason = await Promise.race([...targets.values()].map(({ ended }) => ended))
  return `while it was measured, ${reason}`
}

interface Measuring extends MeasureOptions {
  /** Those that run by now. */
  readonly targets: Map<string, Target>
  /** Stops the run when one of them ends by itself. */
  readonly watch: () => void
  readonly update: (changes: Partial<Run>) => Promise<void>
  readonly addWarmUp: (warmUp: WarmUp) => Promise<void>
}

async function measureOn(options: Measuring): Promise<void> {
  const { photos, targets, signal, timeLimit = TIME_LIMIT } = options
  const startedAt = performance.now()
  const references = await prepare(options, timeLimit)
  const plan = await choosePlan(options, await warmUpAll({ ...options, timeLimit }))
  const checking = await startCpuChecks(targets, { startedAt, signal })
  const checkCpu = once(async () => {
    const cpuChecks = await checking?.()
    if (cpuChecks !== undefined) await options.update({ cpuChecks })
  })
  const bench = { plan, photos, targets, references, startedAt, timeLimit, signal }
  const schedule = toSchedule(plan, await toParticipants(options, timeLimit))
  await runSchedule({ ...options, bench, schedule }, async () => {
    await checkCpu()
    await renew(options, timeLimit)
  })
  await checkCpu()
}

async function toParticipants(
  { columns: { names, aa }, photos: [photo], targets, signal }: Measuring,
  timeLimit: number,
): Promise<Participants> {
  const paper = names.filter((name) => name !== aa.a)
  const own = new Map([...targets].filter(([name]) => paper.includes(name)))
  const zeroWork = photo ? await findZeroWork(own, { photo, timeLimit, signal }) : []
  return {
    loops: names,
    paper,
    zeroWork,
    direct: zeroWork.filter((name) => targets.get(name)?.directUrl !== undefined),
  }
}

/** Of a sweep, which rates to offer: what can be answered is known only now. */
async function choosePlan(
  { plan, progress, update }: Measuring,
  warmUps: readonly WarmUp[],
): Promise<Plan> {
  if (plan.openLoop?.sweep !== true) return plan
  const rates = toSweepRates(warmUps)
  progress.say(`  offering ${rates.join(', ')} requests a second`)
  const chosen = { ...plan, openLoop: { ...plan.openLoop, rates } }
  await update({ plan: chosen })
  return chosen
}

/** New processes in place of those that run, warm. */
async function renew(options: Measuring, timeLimit: number): Promise<void> {
  const { columns, targets, progress, signal, watch } = options
  progress.say('starting all targets anew')
  const renewed = await columns.renew?.(targets, signal)
  if (renewed === undefined) return
  for (const [name, target] of renewed) {
    const before = targets.get(name)
    targets.set(name, target)
    const [mismatch] = before === undefined ? [] : match(before.facts, target.facts).mismatches
    if (mismatch !== undefined) {
      throw new MeasurementError(`${name} is another than before it was started anew: ${mismatch}`)
    }
  }
  watch()
  await warmUpAll({ ...options, timeLimit })
}

/** What it does, it does the first time only. */
function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => (done ??= action())
}

/** Facts, answers without load, and whether the targets may be compared at all. */
async function prepare(
  { columns, photos, targets, signal, update }: Measuring,
  timeLimit: number,
): Promise<ReadonlyMap<string, readonly Prediction[]>> {
  const references = new Map<string, readonly Prediction[]>()
  const facts = new Map<string, TargetFacts>()
  const asked = new Map<string, References>()
  for (const [name, target] of targets) {
    // A target that is its own double is asked once.
    const { baseUrl } = target
    const answers =
      asked.get(baseUrl) ?? (await readReferences(target, { photos, timeLimit, signal }))
    asked.set(baseUrl, answers)
    references.set(name, answers.predictions)
    facts.set(name, { ...target.facts, model: target.facts.model ?? answers.model })
  }
  await update({
    targets: [...facts.values()],
    answers: [...references].map(([target, predictions]) => ({ target, predictions })),
  })
  for (const { a, b } of [...columns.comparisons, columns.aa]) {
    const [one, other] = [facts.get(a), facts.get(b)]
    const [answers = [], others = []] = [references.get(a), references.get(b)]
    if (one === undefined || other === undefined) throw new Error(`no ${a} or ${b}`)
    const [mismatch] = match(one, other).mismatches
    if (mismatch !== undefined) throw new MeasurementError(`they do not match: ${mismatch}`)
    const disagreement = findDisagreement([a, answers], [b, others])
    if (disagreement !== undefined) throw new MeasurementError(disagreement)
  }
  return references
}
