import type { JudgedPhoto } from '../../../model-training/evaluation/judged-photo'
import type { MedianInterval } from '../../../model-training/evaluation/median-interval'
import type {
  ModelEvaluation,
  RobustnessRow,
} from '../../../model-training/evaluation/model-evaluation'
import { calibrate } from '../../../model-training/evaluation/calibrate'
import { compareOutcomes } from '../../../model-training/evaluation/compare-outcomes'
import type { PhotoOutcome } from '../../../model-training/evaluation/predict-photos'
import { summarise, toJudgements } from '../../../model-training/evaluation/summarise'

const LABELS = ['food', 'drink', 'menu']

const median = (value: number): MedianInterval => ({
  ...{ value, lower: value * 0.9, upper: value * 1.1, level: 0.96484375 },
  ...{ method: 'order statistics', rounds: 15 },
})

/** Photos of every label, source and tier, some of them taken for something else. */
function createPhotos(): JudgedPhoto[] {
  return Array.from({ length: 30 }, (_, i): JudgedPhoto => {
    const place = i % LABELS.length
    const predicted = i % 7 === 0 ? (place + 1) % LABELS.length : place
    const largest = 0.5 + i / 100
    return {
      file: `${LABELS[place] ?? ''}/${i}.jpg`,
      label: LABELS[place] ?? '',
      tier: i % 4 === 0 ? 'C' : 'A',
      source: i % 2 === 0 ? 'web' : 'zoo',
      heldoutSource: i % 5 === 0,
      probabilities: Float32Array.from(LABELS, (_, j) =>
        j === predicted ? largest : (1 - largest) / 2,
      ),
    }
  })
}

/** An evaluation with something in every place, made of thirty made-up photos. */
export function sampleEvaluation(changes: Partial<ModelEvaluation> = {}): ModelEvaluation {
  const photos = createPhotos()
  const judgements = toJudgements(photos, LABELS)
  const truths = judgements.map(({ truth }) => truth)
  const outcomes = photos.map(({ probabilities }): PhotoOutcome => ({
    state: 'judged',
    probabilities,
  }))
  const changed = outcomes.map((outcome, i) => (i < 3 ? (outcomes[i + 1] ?? outcome) : outcome))
  const comparison = compareOutcomes(changed, outcomes, truths)
  if (comparison === undefined) throw new Error('the sample has photos')
  const { accuracy, sameLabel, largestDifference, photos: count, failed } = comparison
  const summary = summarise(photos, { labels: LABELS, trainingSources: new Set(['zoo']) })
  const predictCpu = { batch1: median(0.6), batch8: median(0.5) }
  return {
    version: 1,
    model: { name: 'sample', sha256: 'ab'.repeat(32), labels: LABELS },
    data: {
      ...{ split: 'test', splitFrom: 'data', seed: 1, photosPerLabel: null },
      unused: { 'unknown label "pets"': 3 },
    },
    warnings: ['a note about the data'],
    failed: [{ file: 'food/cut.jpg', reason: 'damaged photo (CORRUPT_PHOTO)' }],
    reference: { engine: 'onnx', decoder: 'sharp' },
    ...summary,
    calibration: calibrate(judgements, {
      ...{ state: 'given', validation: judgements, test: judgements },
    }),
    robustness: {
      state: 'measured',
      variants: { 'jpeg-30': 're-encoded', 'exif-6': 'turned' },
      rows: [
        { variant: 'jpeg-30', engine: 'onnx', decoder: 'sharp', ...comparison },
        { variant: 'exif-1', engine: 'onnx', decoder: 'sharp', ...comparison, sameLabel: 1 },
        { variant: 'exif-6', engine: 'onnx', decoder: 'sharp', ...comparison },
      ],
    },
    engines: {
      onnx: { version: '1.2.3', accuracy, predictCpuMs: 0.6, decodeCpuMs: 1.9, predictCpu },
    },
    decoders: { sharp: { version: '4.5.6', accuracy, decodeCpuMs: 1.9, decodeCpu: median(1.9) } },
    pairs: [
      {
        ...{ engine: 'onnx', decoder: 'sharp', photos: count, failed },
        ...{ accuracy, sameLabel, largestDifference },
      },
    ],
    unavailable: [{ kind: 'engine', name: 'tensorflow', reason: 'it is not installed' }],
    environment: {
      commit: 'abc1234',
      node: 'v20.0.0',
      platform: 'linux x64',
      cpu: 'A processor',
      cpus: 2,
    },
    ...changes,
  }
}

/** The sample by several engines, which agree on every changed photo, unless a row is changed. */
export function withEngines(
  names: readonly string[],
  change: (row: RobustnessRow) => RobustnessRow = (row) => row,
): ModelEvaluation {
  const sample = sampleEvaluation()
  const { robustness, engines } = sample
  if (robustness.state !== 'measured') throw new Error('the sample has changed photos')
  const rows = robustness.rows.flatMap((row) => names.map((engine) => change({ ...row, engine })))
  return {
    ...sample,
    robustness: { ...robustness, rows },
    engines: Object.fromEntries(names.map((name) => [name, engines['onnx']!])),
  }
}

/** The sample, if no photo of these labels came from a source that is new to training. */
export function withoutUnseen(labels: readonly string[]): ModelEvaluation {
  const sample = sampleEvaluation()
  const unseenSources = sample.unseenSources!
  const none = Object.fromEntries(labels.map((label) => [label, 0]))
  return {
    ...sample,
    unseenSources: {
      ...unseenSources,
      photosPerLabel: { ...unseenSources.photosPerLabel, ...none },
    },
  }
}

/** The sparest evaluation there can be: nothing known, nothing measured. */
export function bareEvaluation(): ModelEvaluation {
  const sample = sampleEvaluation()
  const reason = 'it was not asked for'
  const { accuracy } = sample
  return {
    ...sample,
    data: { split: 'all', splitFrom: 'none', seed: 1, photosPerLabel: null, unused: {} },
    warnings: [],
    failed: [],
    heldoutSources: null,
    unseenSources: null,
    perSource: {},
    perLabelAndSource: [],
    perTier: {},
    openTiers: null,
    calibration: { ...sample.calibration, temperatureScaling: { state: 'skipped', reason } },
    robustness: { state: 'skipped', reason },
    engines: {
      onnx: { version: '1', accuracy, predictCpuMs: null, decodeCpuMs: null, predictCpu: null },
    },
    decoders: { sharp: { version: '1', accuracy, decodeCpuMs: null, decodeCpu: null } },
    unavailable: [],
    mistakes: [],
  }
}
