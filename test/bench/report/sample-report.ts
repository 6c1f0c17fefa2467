import { METRICS } from '../../../bench/report/report'
import type {
  Comparison,
  Condition,
  Distribution,
  Estimate,
  Metric,
  PaperExperiment,
  Power,
  Report,
  Summary,
  Verdict,
} from '../../../bench/report/report'
import type { Shim } from '../../../bench/report/shims'
import { toAdvice } from '../../../bench/report/advice'
import type { Pair, TargetFacts } from '../../../bench/run'

/** Times of one request without load, ms. */
interface Shape {
  readonly waiting: number
  readonly decode: number
  readonly predict: number
  readonly cpu: number
}

const SHAPES: Readonly<Record<string, Shape>> = {
  container: { waiting: 1.21, decode: 2.93, predict: 1.62, cpu: 5.81 },
  'container-again': { waiting: 1.22, decode: 2.94, predict: 1.63, cpu: 5.83 },
  function: { waiting: 1.84, decode: 2.95, predict: 1.64, cpu: 6.52 },
  'stock-function': { waiting: 2.06, decode: 3.01, predict: 23.4, cpu: 28.9 },
}

const LEVELS = [1, 5, 10, 20]
const SHA256 = '9f2c4b1e6d7a8f90123456789abcdef00112233445566778899aabbccddeeff0'

/** A value with an interval of +-2 %. */
export function estimate(value: number): Estimate {
  return { value, lower: value * 0.98, upper: value * 1.02 }
}

const NONE: Estimate = { value: null, lower: null, upper: null, reason: 'nothing was measured' }

/** Of nothing. */
export const NO_SUMMARY: Summary = { mean: NONE, p50: NONE, p90: NONE, p99: NONE }

function summary(mean: number): Summary {
  return {
    mean: estimate(mean),
    p50: estimate(mean * 0.96),
    p90: estimate(mean * 1.31),
    p99: estimate(mean * 1.87),
  }
}

/** One that was reached past its way, one that was not, and one without times of its own. */
const SHIMS: readonly Shim[] = [
  {
    target: 'container',
    blocks: 10,
    waiting: estimate(0.92),
    shim: estimate(0.71),
    hop: estimate(0.05),
    remainder: estimate(0.16),
  },
  {
    target: 'function',
    blocks: 10,
    waiting: estimate(1.1),
    shim: estimate(0.94),
    hop: null,
    remainder: estimate(0.16),
  },
  {
    target: 'stock-function',
    blocks: 1,
    waiting: null,
    shim: { value: 2.4, lower: null, upper: null, reason: 'one block has no interval' },
    hop: null,
    remainder: null,
  },
]

/** A cell of the closed loop, with as many requests as p99 needs. */
export function condition(target: string, concurrency: number): Condition {
  const { waiting, decode, predict, cpu } = SHAPES[target] ?? SHAPES['container']!
  const queue = 0.04 + (concurrency - 1) * (decode + predict) * 0.42
  const rest = 0.11
  const response = waiting + queue + decode + predict + rest
  return {
    target,
    workload: { kind: 'closed-loop', concurrency },
    blocks: 10,
    requests: 1000,
    errors: 0,
    responseTime: summary(response),
    predictionTime: summary(predict),
    decodeTime: summary(decode),
    waitingTime: summary(waiting),
    queueTime: summary(queue),
    serialiseTime: summary(0.02),
    throughput: (1000 * concurrency) / response,
    goodput: (1000 * concurrency) / response,
    cpuMsPerRequest: cpu - concurrency * 0.01,
    peakMemoryBytes: 181 * 2 ** 20 + concurrency * 2 ** 20,
    generatorCpuMsPerRequest: 0.62,
    generatorLooks: { looks: 410, late: 1 },
    idleCpuShare: 0.004,
  }
}

/** A comparison with an interval of +-1 %. */
export function comparison(
  { a, b }: Pair,
  concurrency: number,
  { metric, ratio, verdict }: { metric: Metric; ratio: number; verdict: Verdict },
): Comparison {
  return {
    a,
    b,
    concurrency,
    metric,
    blocks: 10,
    ratio,
    lower: ratio * 0.99,
    upper: ratio * 1.01,
    verdict,
    ...(verdict === 'undecided' ? { reason: 'the interval holds 1 and reaches beyond ±5 %' } : {}),
  }
}

function toVerdict(metric: Metric, ratio: number): Verdict {
  if (ratio > 0.96 && ratio < 1.04) return 'equivalent'
  return metric === 'throughput'
    ? ratio > 1
      ? 'faster'
      : 'slower'
    : ratio > 1
      ? 'slower'
      : 'faster'
}

function valueOf(metric: Metric, of: Condition): number {
  if (metric === 'throughput' || metric === 'cpuMsPerRequest') return of[metric]!
  const [time, quantile] = metric.split('.') as ['responseTime', 'p50']
  return of[time][quantile].value!
}

function compareAll(pair: Pair): Comparison[] {
  return METRICS.flatMap((metric) =>
    LEVELS.map((level) => {
      const ratio =
        valueOf(metric, condition(pair.a, level)) / valueOf(metric, condition(pair.b, level))
      return comparison(pair, level, { metric, ratio, verdict: toVerdict(metric, ratio) })
    }),
  )
}

function facts(name: string, title: string): TargetFacts {
  return {
    name,
    title,
    model: { name: 'photo-net', sha256: SHA256 },
    engine: 'onnx 1.30.0',
    decoder: 'sharp 0.35.5',
    workers: 2,
    node: 'v22.12.0',
    logLevel: 'warn',
    startToReadyMs: 412.7,
    limits: {
      cpus: { value: 2, enforcedBy: 'cgroup v2: cpu.max' },
      memoryBytes: {
        value: 2 ** 31,
        enforcedBy: null,
        reason: 'the memory controller is not delegated',
      },
    },
    cpuSource: 'prom-client: process_cpu_seconds_total',
    cpuWitness: 'cgroup v2: cpu.stat',
    memorySource: 'prom-client: process_resident_memory_bytes',
  }
}

const FUNCTION_PAIR: Pair = { a: 'function', b: 'container' }
const STOCK_PAIR: Pair = { a: 'stock-function', b: 'container' }
const AA_PAIR: Pair = { a: 'container-again', b: 'container' }

const TARGETS = [
  facts('container', 'container'),
  facts('container-again', 'container, a second process'),
  facts('function', 'function on our Kubeless runtime'),
  facts('stock-function', "function that does at every call what Kubeless' stock runtime does"),
]

function toPower(pair: Pair): Power[] {
  return LEVELS.map((concurrency) => ({
    ...pair,
    concurrency,
    blocks: 10,
    standardDeviation: 0.021,
    slowerAt10Percent: 0.994,
    equivalentAt0Percent: 0.873,
    blocksNeeded: 10,
  }))
}

const PAPER_EXPERIMENT: PaperExperiment = {
  groups: LEVELS.flatMap((concurrency) =>
    TARGETS.map(({ name }) => {
      const { waiting, decode, predict } = SHAPES[name]!
      const fastest = waiting + decode + predict + 1.4
      const slowest = fastest + (concurrency - 1) * (decode + predict) * 0.55
      return {
        target: name,
        concurrency,
        repetitions: 5,
        errors: 0,
        mean: (fastest + slowest) / 2,
        fastest,
        slowest,
      }
    }),
  ),
  sequences: TARGETS.map(({ name }) => {
    const { waiting, decode, predict } = SHAPES[name]!
    const requests = Array.from({ length: 10 }, (_, i) => ({
      predictionTime: predict + 0.01 * i,
      responseTime: waiting + decode + predict + 0.9 + 0.02 * i,
    }))
    return {
      target: name,
      errors: 0,
      requests,
      meanPredictionTime: predict + 0.045,
      meanResponseTime: waiting + decode + predict + 0.99,
    }
  }),
}

/** Computes the advice after the change. */
export function change(report: Report, changes: Partial<Report>): Report {
  const changed = { ...report, ...changes }
  return { ...changed, advice: toAdvice(changed) }
}

/** The twins in a run where all went well: the function is slower, least under load. */
export function sampleReport(): Report {
  const report: Report = {
    version: 1,
    valid: true,
    invalidReasons: [],
    warnings: ['the load average before the run was 1.2'],
    resolution: 0.0184,
    seed: 1,
    profile: 'quick',
    environment: {
      startedAt: '2024-05-17T09:30:00.000Z',
      commit: '0e293ed4c1c7fbb2a9d0c7d1e0a3f3b6a1c2d3e4',
      uncommitted: false,
      cpu: { model: 'AMD EPYC 7B13', cores: 2 },
      memoryBytes: 8 * 2 ** 30,
      operatingSystem: { platform: 'linux', release: '6.1.0', architecture: 'x64' },
      node: 'v22.12.0',
      packages: { autocannon: '9.0.0' },
      loadAverage: { before: [1.2, 0.8, 0.4], after: [2.1, 1.6, 0.9] },
      stealShare: 0.0012,
    },
    plan: {
      concurrency: LEVELS,
      blocks: 10,
      trialSize: { requests: 100 },
      groupRepetitions: 5,
      sequenceRequests: 10,
      photos: [
        { sha256: SHA256, bytes: 41_200 },
        { sha256: SHA256.replace('9f', '8e'), bytes: 58_900 },
      ],
      photoSource: 'drawn, 400x300',
      comparisons: [FUNCTION_PAIR, STOCK_PAIR],
      aa: AA_PAIR,
      aaMethod: 'a second process of the container',
      formats: ['json', 'markdown', 'html'],
    },
    targets: TARGETS,
    warmUps: TARGETS.map(({ name }) => ({
      target: name,
      concurrency: 20,
      medians: [61.4, 48.2, 46.9, 46.5],
      requests: 400,
      steady: name !== 'stock-function',
    })),
    conditions: LEVELS.flatMap((level) => TARGETS.map(({ name }) => condition(name, level))),
    comparisons: [...compareAll(FUNCTION_PAIR), ...compareAll(STOCK_PAIR)],
    aa: compareAll(AA_PAIR),
    power: [...toPower(FUNCTION_PAIR), ...toPower(STOCK_PAIR)],
    shims: SHIMS,
    paper: PAPER_EXPERIMENT,
    advice: '',
  }
  return change(report, {})
}

/** The same run, with answers that were wrong. */
export function invalidReport(): Report {
  return change(sampleReport(), {
    valid: false,
    invalidReasons: ['3 of 1000 answers of function at concurrency 20 were wrong'],
  })
}

const STRANGER = {
  model: null,
  engine: null,
  decoder: null,
  workers: null,
  node: null,
  logLevel: null,
  startToReadyMs: null,
  limits: null,
  cpuSource: null,
  cpuWitness: null,
  memorySource: null,
}

/** Of targets in clusters. */
export function clustersReport(): Report {
  const sample = sampleReport()
  return change(sample, {
    targets: sample.targets.map((target) => ({
      ...target,
      reachedBy: 'port 30080 of the node, Service photo-twin (NodePort)',
      requests: { cpus: 0.25, memoryBytes: 2 ** 28 },
    })),
    clusters: ['kubeless', 'kubernetes'].map((name) => ({
      name,
      kubernetes: 'v1.21.14',
      nodes: [
        {
          ...{ cpus: 2, memoryBytes: 2 * 2 ** 30, kernel: '6.1.0', minikubeDriver: 'kvm2' },
          containerRuntime: 'containerd://1.6.20',
        },
      ],
      cores: { idle: 0.0625, measuring: 0.5 },
    })),
  })
}

/** Two targets that the user named: no Server-Timing, no CPU, no A/A; the first is faster. */
export function foreignReport(): Report {
  const pair: Pair = { a: 'lambda', b: 'box' }
  const sample = sampleReport()
  return change(sample, {
    warnings: [],
    resolution: null,
    plan: {
      ...sample.plan,
      comparisons: [pair],
      aa: null,
      aaMethod: 'none: the targets were running already',
    },
    targets: ['lambda', 'box'].map((name) => ({ ...STRANGER, name, title: 'https://…' })),
    warmUps: [],
    conditions: LEVELS.flatMap((level) =>
      ['lambda', 'box'].map((name) => ({
        ...condition(name, level),
        responseTime: summary(name === 'lambda' ? 4 * level : 5 * level),
        predictionTime: NO_SUMMARY,
        decodeTime: NO_SUMMARY,
        waitingTime: NO_SUMMARY,
        queueTime: NO_SUMMARY,
        cpuMsPerRequest: null,
        peakMemoryBytes: null,
      })),
    ),
    comparisons: LEVELS.map((level) =>
      comparison(pair, level, { metric: 'responseTime.p50', ratio: 0.8, verdict: 'faster' }),
    ),
    aa: [],
    power: [],
    paper: null,
  })
}

/** Interrupted before the first block had ended. */
export function interruptedReport(): Report {
  return change(sampleReport(), {
    valid: false,
    invalidReasons: ['the run was interrupted'],
    warnings: [],
    resolution: null,
    targets: [],
    warmUps: [],
    conditions: [],
    comparisons: [],
    aa: [],
    power: [],
    paper: null,
  })
}

/** Everything that may be null is. */
export function emptyReport(): Report {
  const sample = sampleReport()
  const { environment } = sample
  return change(sample, {
    warnings: [],
    resolution: null,
    environment: {
      ...environment,
      commit: null,
      uncommitted: null,
      loadAverage: { before: null, after: null },
      stealShare: null,
    },
    targets: sample.targets.map(({ name, title }) => ({ ...STRANGER, name, title })),
    conditions: sample.conditions.map((of) => ({
      ...of,
      responseTime: NO_SUMMARY,
      predictionTime: NO_SUMMARY,
      decodeTime: NO_SUMMARY,
      waitingTime: NO_SUMMARY,
      queueTime: NO_SUMMARY,
      throughput: null,
      goodput: null,
      cpuMsPerRequest: null,
      peakMemoryBytes: null,
      generatorCpuMsPerRequest: null,
      idleCpuShare: null,
    })),
    comparisons: sample.comparisons.map((of) => ({
      ...of,
      ratio: null,
      lower: null,
      upper: null,
      verdict: 'undecided',
      reason: '0 blocks, a verdict needs 10',
    })),
    aa: [],
    power: sample.power.map((of) => ({ ...of, blocksNeeded: null })),
    paper: {
      groups: PAPER_EXPERIMENT.groups.map((of) => ({
        ...of,
        mean: null,
        fastest: null,
        slowest: null,
      })),
      sequences: PAPER_EXPERIMENT.sequences.map((of) => ({
        ...of,
        requests: of.requests.map(() => ({ predictionTime: null, responseTime: null })),
        meanPredictionTime: null,
        meanResponseTime: null,
      })),
    },
  })
}

/** Response times of every condition, longer in the tail. */
export function distributions(report: Report): readonly Distribution[] {
  return report.conditions.flatMap(({ target, workload, responseTime }) => {
    const { value } = responseTime.p50
    if (value === null) return []
    const quantiles = Array.from({ length: 101 }, (_, i) => {
      const share = i / 100
      return value * (0.85 + 0.3 * share + 0.02 / (1.01 - share) ** 0.9)
    })
    return [{ target, concurrency: workload.concurrency, quantiles }]
  })
}
