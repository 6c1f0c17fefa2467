import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PeerRow } from '../../bench/peers/report'
import type { Report } from '../../bench/report/report'
import type { Trial } from '../../bench/run'
import type { ModelEvaluation } from '../../model-training/evaluation/model-evaluation'
import {
  ASKED,
  MOST_POINTS_LOST,
  MOST_TRAINING_MINUTES,
  UPSCALED,
} from '../../model-training/asked'
import type { EnginesMeasurement } from '../measurements/engines'
import type { RequestMeasurement } from '../measurements/request/request'
import type { ServingMeasurement } from '../measurements/serving'
import type { SourcesReport } from '../../model-training/leave-one-source-out'
import { readOptions as readExportOptions } from '../../model-training/export/options'
import { readOptions as readTrainingOptions } from '../../model-training/options'

const ROOT = join(__dirname, '..', '..')

interface Card {
  readonly sha256: string
  readonly name: string
  readonly derivedFrom?: { readonly name: string; readonly sha256: string; readonly command: string }
  readonly network: {
    readonly parameters: number
    readonly macs: number
    readonly weightsBytes: number
  }
  readonly licence?: string
  readonly training: {
    readonly command: string
    readonly method: string
    readonly epochs: number
    readonly epochsRun?: number
    readonly bestEpoch: number
    readonly minutes: number
    readonly teacher?: { readonly minutes?: number }
  }
}

/** What 8 bits may take of photo-net's accuracy. */
const MOST_INT8_LOSS = 0.005

/** Of two cores, all trainings without a source and what the teacher says. */
const MOST_SOURCES_MINUTES = 60

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'))
}
const readEvaluation = (name: string) =>
  readJson('results/model', name, 'evaluation.json') as ModelEvaluation
const readCard = (name: string) => readJson('inference/models', name, 'card.json') as Card

for (const [name, floor] of Object.entries(ASKED)) {
  describe(`figures of ${name}`, () => {
    it('reach the accuracy by every engine and decoder', () => {
      const { pairs } = readEvaluation(name)
      assert.equal(pairs.length, 9)
      for (const { engine, decoder, accuracy } of pairs) {
        assert.ok(accuracy.value >= floor.accuracy, `${engine}, ${decoder}: ${accuracy.value}`)
      }
    })

    it(`lose no more than ${MOST_POINTS_LOST} point on upscaled photos`, () => {
      const { robustness } = readEvaluation(name)
      assert.ok(robustness.state === 'measured')
      const upscaled = robustness.rows.filter(({ variant }) => variant === UPSCALED)
      assert.equal(upscaled.length, 9)
      for (const { engine, decoder, differencePoints } of upscaled) {
        const { value } = differencePoints
        assert.ok(value >= -MOST_POINTS_LOST, `${engine}, ${decoder}: ${value} points`)
      }
    })

    it('are of a network trained from scratch, no larger than it may be', () => {
      const { network, training } = readCard(name)
      assert.equal(training.method, 'from scratch')
      const { mostMacs = Infinity, mostBytes = Infinity, heldoutSources = 0 } = floor
      assert.ok(network.macs <= mostMacs, `${network.macs} multiplications`)
      assert.ok(network.weightsBytes <= mostBytes, `${network.weightsBytes} bytes`)
      const heldout = readEvaluation(name).heldoutSources?.accuracy.value ?? 0
      assert.ok(heldout >= heldoutSources, `${heldout} on held-out sources`)
    })
  })
}

for (const name of Object.keys(ASKED)) {
  describe(`the card of ${name}`, () => {
    const { training, licence } = readCard(name)

    it('tells a training of no more than three hours', () => {
      const { minutes, teacher } = training
      assert.ok(minutes > 0 && (teacher?.minutes ?? 0) > 0, 'both are told')
      assert.ok(minutes + (teacher?.minutes ?? 0) <= MOST_TRAINING_MINUTES)
    })

    it('tells a command that makes as many epochs as there were', () => {
      const { command, epochs, epochsRun = epochs, bestEpoch } = training
      const patience = Number(/ --patience (\d+)/.exec(command)?.[1])
      assert.match(command, new RegExp(` --epochs ${epochs} `))
      assert.ok(epochsRun === epochs || epochsRun - bestEpoch === patience, `${epochsRun} epochs`)
    })

    it('tells a command that the program takes, and that gives a model of this name and licence', () => {
      const options = readTrainingOptions(toArguments(training.command))
      assert.deepEqual([options.name, options.licence], [name, licence])
      assert.equal(licence, 'Apache-2.0')
    })
  })
}

/** What comes after `npm run NAME --`. */
const toArguments = (command: string): string[] => command.replace(/^.*? -- /, '').split(' ')

/** CPU of a prediction by that model over that by another one, both on onnx: a ratio a block. */
function toCpuRatios(name: string, other: string): number[] {
  const { engines } = readJson('results/core', 'engines.json') as EnginesMeasurement
  const [own = [], base = []] = [name, other].map((wanted) => {
    const row = engines.find((one) => one.model.name === wanted && one.name === 'onnx')
    assert.equal(row?.model.sha256, readCard(wanted).sha256)
    return row.rounds.map(({ batch1 }) => batch1)
  })
  assert.ok(own.length >= 10 && own.length === base.length)
  return own.map((cpuMs, block) => cpuMs / base[block]!)
}

describe('figures of photo-net-int8', () => {
  it('are of a model whose command the program takes', () => {
    const { name, derivedFrom } = readCard('photo-net-int8')
    const options = readExportOptions(toArguments(derivedFrom?.command ?? ''))
    assert.ok(options !== 'help')
    assert.deepEqual([options.model, options.int8, options.name], ['photo-net', true, name])
  })

  it('are of the photo-net that is committed', () => {
    const { name, sha256 } = readCard('photo-net-int8').derivedFrom ?? {}
    assert.deepEqual([name, sha256], ['photo-net', readCard('photo-net').sha256])
  })

  it('lose no more than half a point by any decoder', () => {
    const { pairs } = readEvaluation('photo-net-int8')
    const { pairs: float32 } = readEvaluation('photo-net')
    assert.equal(pairs.length, 3)
    for (const { engine, decoder, accuracy } of pairs) {
      const same = float32.find((pair) => pair.engine === engine && pair.decoder === decoder)
      const loss = (same?.accuracy.value ?? Infinity) - accuracy.value
      assert.ok(loss <= MOST_INT8_LOSS, `${engine}, ${decoder}: ${loss}`)
    }
  })

  it('cost less in every block', () => {
    assert.ok(Math.max(...toCpuRatios('photo-net-int8', 'photo-net')) < 1)
  })
})

describe('figures without a source', () => {
  const { sources, ...report } = readJson(
    'results/model/sources/leave-one-source-out.json',
  ) as SourcesReport

  it('took an hour at most', () => {
    assert.ok(report.minutes > 0 && (report.teacherMinutes ?? 0) > 0, 'both are told')
    assert.ok(report.minutes + (report.teacherMinutes ?? 0) <= MOST_SOURCES_MINUTES)
  })

  it('are of every label that training has from two sources', () => {
    const labels = new Set(sources.flatMap((source) => source.labels))
    assert.deepEqual([...labels].sort(), ['food', 'inside', 'menu', 'outside'])
    for (const label of labels) {
      assert.ok(sources.filter((source) => source.labels.includes(label)).length >= 2, label)
    }
  })

  it('are in the report', () => {
    const report = readFileSync(join(ROOT, 'results/model/report.md'), 'utf8')
    for (const { source } of sources) assert.match(report, new RegExp(`^\\| ${source} \\| [a-z]+ \\d+ of`, 'm'))
  })
})

describe('figures of photo-net and paper-cnn', () => {
  it('are of a third of the CPU at most', () => {
    // In every block.
    assert.ok(Math.max(...toCpuRatios('photo-net', 'paper-cnn')) <= 1 / 3)
  })

  it('are better for the one that costs less', () => {
    const [ours, papers] = [readEvaluation('photo-net'), readEvaluation('paper-cnn')]
    assert.ok(ours.accuracy.value > papers.accuracy.value)
    assert.ok(ours.loss < papers.loss)
    assert.ok(readCard('photo-net').network.macs <= readCard('paper-cnn').network.macs / 3)
  })
})

for (const model of ['photo-net', 'paper-cnn']) {
  describe(`figures beside peers, of ${model}`, () => {
    const rows = readJson('results/peers', model, 'peers.json') as readonly PeerRow[]
    const of = (concurrency: number, isOurs: boolean): readonly PeerRow[] =>
      rows.filter(
        (row) => row.concurrency === concurrency && (row.peer === 'photo-twin') === isOurs,
      )
    const two = (isOurs: boolean): number =>
      Math.max(
        ...of(20, isOurs)
          .filter(({ workers }) => workers === 2)
          .map(({ throughput }) => throughput),
      )

    for (const concurrency of [1, 5, 10, 20]) {
      it(`take no more CPU than the cheapest of them with ${concurrency} connections`, () => {
        const [own, theirs] = [true, false].map((isOurs) =>
          Math.min(...of(concurrency, isOurs).map((row) => row.cpuMsPerRequest ?? Number.NaN)),
        )
        assert.ok(own! <= theirs!, `${own} and ${theirs} ms`)
      })
    }

    it('answer more than four times what the design as first written does, from 5 connections on', () => {
      const first = rows.filter(
        ({ peer, concurrency }) => peer === 'first-written' && concurrency > 1,
      )
      assert.equal(first.length, 3)
      for (const { throughput, concurrency } of first) {
        const own = Math.max(...of(concurrency, true).map((row) => row.throughput))
        assert.ok(own >= 4 * throughput, `${own} and ${throughput} at ${concurrency}`)
      }
    })

    it('answer more than the best of them does with two workers and 20 connections', () => {
      const times = model === 'photo-net' ? 1.3 : 1.25
      assert.ok(two(true) >= times * two(false), `${two(true)} and ${two(false)} a second`)
    })

    it('have a p99 of at most twice the p50 with 10 connections, where RESULTS says so', () => {
      const workers = model === 'photo-net' ? [1] : [1, 2]
      const told = of(10, true).filter((row) => workers.includes(row.workers))
      assert.equal(told.length, workers.length)
      for (const { p50, p99 } of told) assert.ok(p99! <= 2 * p50!, `${p99} and ${p50} ms`)
    })

    it('start within 0.6 s', () => {
      for (const { startToFirstAnswerMs } of of(1, true)) assert.ok(startToFirstAnswerMs <= 600)
    })
  })
}

describe('figures of a request', () => {
  const { summary } = readJson('results/core', 'request.json') as RequestMeasurement

  it('add up to what the kernel says, to 5 %', () => {
    assert.deepEqual(
      summary.map(({ connections }) => connections),
      [1, 10],
    )
    for (const { connections, difference } of summary) {
      assert.ok(difference <= 0.05, `${difference} at ${connections}`)
    }
  })

  it('are half a millisecond at most beside decoding and predicting, with 10 connections', () => {
    const { parts } = summary.find(({ connections }) => connections === 10)!
    const beside = parts.filter(({ part }) => part !== 'decode' && part !== 'predict')
    const ms = beside.reduce((sum, { value }) => sum + value, 0)
    assert.ok(ms <= 0.5, `${ms} ms`)
  })
})

describe('figures of serving', () => {
  const { summary } = readJson('results/core', 'serving.json') as ServingMeasurement
  const MOST: Readonly<Record<string, number>> = { container: 0.5, kubeless: 0.7 }

  for (const [host, most] of Object.entries(MOST)) {
    it(`take at most ${most} ms of CPU beside decoding and predicting on ${host}`, () => {
      const own = summary.filter((row) => row.host === host)
      assert.deepEqual(
        own.map(({ connections }) => connections),
        [1, 10],
      )
      for (const { outsideCpuMsPerRequest } of own) {
        assert.ok(outsideCpuMsPerRequest <= most, `${outsideCpuMsPerRequest} ms`)
      }
    })
  }
})

describe('figures of an overload', () => {
  const { openLoop = [], targets } = readJson('results/compare/overload/report.json') as Report
  const trials = readFileSync(join(ROOT, 'results/compare/overload/trials.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Trial)

  it('are of four times the load, which is twice what is answered', () => {
    const [half, twice] = [...new Set(openLoop.map(({ workload }) => workload.rate))]
    assert.equal(twice, 4 * half!)
    for (const { workload, goodput } of openLoop) {
      if (workload.rate === twice) assert.ok(goodput! < 0.5 * twice && goodput! > 0.4 * twice)
    }
  })

  for (const { name } of targets) {
    const of = (rate: number) =>
      openLoop.find(({ target, workload }) => target === name && workload.rate === rate)!

    it(`have a p99 of at most three times that of half the load where ${name} answers`, () => {
      const [half, twice] = [245, 980].map((rate) => of(rate).responseTime.p99.value)
      assert.ok(twice! <= 3 * half!, `${twice} and ${half} ms`)
      assert.equal(of(980).errors, 0)
    })

    it(`have ${name} take no more memory from block to block`, () => {
      const own = trials.filter(({ target, block }) => target === name && block > 0)
      const bytes = own.map(({ peakMemoryBytes }) => peakMemoryBytes!)
      const last = own.filter(({ block }) => block === 5).map((each) => each.peakMemoryBytes!)
      assert.ok(Math.max(...last) <= Math.max(...bytes.slice(0, 2)), bytes.join())
    })
  }
})
