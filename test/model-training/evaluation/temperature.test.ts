import assert from 'node:assert/strict'
import { calibrate } from '../../../model-training/evaluation/calibrate'
import type { Judgement } from '../../../model-training/evaluation/metrics'
import { toLoss } from '../../../model-training/evaluation/metrics'
import {
  applyTemperature,
  fitTemperature,
  heat,
  toLossChange,
} from '../../../model-training/evaluation/temperature'
import { createRandom } from '../../../model-training/random'
import { near, toJudgement } from './judgements'

const LABELS = 4

/**
 * Photos whose truths are drawn from the very probabilities that a model gives at `temperature`: a perfectly
 * calibrated model that has been heated or cooled.
 */
function draw(count: number, { temperature, seed }: { temperature: number; seed: number }) {
  const random = createRandom(seed)
  return Array.from({ length: count }, (): Judgement => {
    const logits = Array.from({ length: LABELS }, () => 4 * (random() - 0.5))
    const toProbabilities = (scale: number): Float64Array => {
      const powers = logits.map((logit) => Math.exp(logit * scale))
      const total = powers.reduce((sum, power) => sum + power, 0)
      return Float64Array.from(powers, (power) => power / total)
    }
    let rest = random()
    const truth = toProbabilities(1).findIndex((share) => (rest -= share) < 0)
    return { probabilities: toProbabilities(temperature), truth: Math.max(0, truth) }
  })
}

describe('temperature scaling', () => {
  for (const temperature of [0.5, 1, 3]) {
    it(`finds the temperature ${temperature} that a calibrated model was cooled by`, () => {
      const fitted = fitTemperature(draw(8_000, { temperature, seed: 7 }))
      near(fitted / temperature, 1, 0.06)
    })
  }

  it('is exact where the best temperature can be worked out', () => {
    // 0.9 where 0.75 would be right: the odds 9 become 3 at log 9 / log 3 = 2.
    const rows = [0, 0, 0, 1].map((truth) =>
      toJudgement(truth, { predicted: 0, confidence: 0.9, labels: 2 }),
    )
    near(fitTemperature(rows), 2, 1e-6)
    near(toLoss(heat(rows, 2)), -(3 * Math.log(0.75) + Math.log(0.25)) / 4, 1e-9)
  })

  it('stays in its range for a model that is always right', () => {
    const rows = [0, 1].map((truth) =>
      toJudgement(truth, { predicted: truth, confidence: 0.9, labels: 2 }),
    )
    near(fitTemperature(rows), 0.05, 1e-6)
    assert.throws(() => fitTemperature([]), RangeError)
  })

  it('keeps the prediction, the sum of 1, and a probability of 0 finite', () => {
    const heated = applyTemperature(Float32Array.of(0.7, 0.3, 0), 4)
    near(heated[0], 0.7 ** 0.25 / (0.7 ** 0.25 + 0.3 ** 0.25 + 1e-3), 1e-6)
    near(
      heated.reduce((sum, value) => sum + value, 0),
      1,
    )
    near(applyTemperature(Float64Array.of(0.25, 0.75), 1)[1], 0.75)
  })

  it('tells the change of the loss with an interval of the pairs', () => {
    const before = [0.5, 0.5].map((confidence) =>
      toJudgement(0, { predicted: 0, confidence, labels: 2 }),
    )
    const after = [0.5 * Math.E ** 0.1, 0.5 * Math.E ** 0.3].map((confidence) =>
      toJudgement(0, { predicted: 0, confidence, labels: 2 }),
    )
    // Differences -0.1 and -0.3: mean -0.2, standard error 0.1.
    const { value, lower, upper } = toLossChange(before, after)
    near(value, -0.2)
    near(lower, -0.2 - 0.1959963984540054)
    near(upper, -0.2 + 0.1959963984540054)
    assert.throws(() => toLossChange(before.slice(1), after), RangeError)
  })

  it('says that it helps an overconfident model, and not a calibrated one', () => {
    const calibrated = { temperature: 1, seed: 1 }
    const overconfident = { temperature: 3, seed: 1 }
    const verdicts = [calibrated, overconfident].map((how) => {
      const validation = draw(400, how)
      const test = draw(400, { ...how, seed: 2 })
      const { temperatureScaling } = calibrate(test, { state: 'given', validation, test })
      assert.equal(temperatureScaling.state, 'fitted')
      const { before, after, verdict } = temperatureScaling
      assert.equal(after.loss < before.loss && after.ece < before.ece, verdict === 'helps')
      return verdict
    })
    assert.deepEqual(verdicts, ['undecided', 'helps'])
  })

  it('says that a temperature harms that was fitted to something else', () => {
    const validation = draw(400, { temperature: 4, seed: 1 })
    const test = draw(400, { temperature: 1, seed: 2 })
    const { temperatureScaling } = calibrate(test, { state: 'given', validation, test })
    assert.equal('verdict' in temperatureScaling && temperatureScaling.verdict, 'harms')
  })

  it('is skipped with a reason where photos are too few', () => {
    const test = draw(2, { temperature: 1, seed: 1 })
    for (const data of [
      { state: 'given', validation: [], test },
      { state: 'given', validation: test, test: test.slice(1) },
    ] as const) {
      const { temperatureScaling } = calibrate(test, data)
      assert.equal(temperatureScaling.state, 'skipped')
    }
  })
})
