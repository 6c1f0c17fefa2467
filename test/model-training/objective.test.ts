import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { toLoss, type Answer, type Target } from '../../model-training/objective'
import { useBackend } from './use-backend'

const loss = (
  answer: { logits: number[][]; features?: number[][] },
  target: {
    labels: (number | undefined)[]
    teacher?: { features: number[][]; logits: number[][] }
  },
  labelWeights = [1, 1],
): number =>
  tf.tidy(() => {
    const { teacher } = target
    const toTensors = (of: { logits: number[][]; features?: number[][] }): Answer => ({
      logits: tf.tensor2d(of.logits),
      ...(of.features && { features: tf.tensor2d(of.features) }),
    })
    const whole = {
      labels: target.labels,
      ...(teacher && { teacher: toTensors(teacher) }),
    } as Target
    return toLoss(toTensors(answer), whole, labelWeights).dataSync()[0]!
  })

const near = (actual: number, expected: number) => {
  assert.ok(Math.abs(actual - expected) < 1e-5, `${actual} is not ${expected}`)
}

/** Cross entropy of the smoothed label of two, where the right one has probability p. */
const smoothed = (p: number) => -0.95 * Math.log(p) - 0.05 * Math.log(1 - p)

describe('toLoss', () => {
  useBackend()

  it('is the cross entropy to the smoothed label', () => {
    near(loss({ logits: [[0, 0]] }, { labels: [0] }), Math.log(2))
    near(loss({ logits: [[Math.log(3), 0]] }, { labels: [0] }), smoothed(0.75))
    near(loss({ logits: [[Math.log(3), 0]] }, { labels: [1] }), smoothed(0.25))
  })

  it('weighs labels, and leaves out photos without one', () => {
    const logits = [
      [Math.log(3), 0],
      [0, 0],
    ]
    near(loss({ logits }, { labels: [0, undefined] }), smoothed(0.75))
    const weighted = (2 * smoothed(0.75) + 0.5 * Math.log(2)) / 2
    near(loss({ logits }, { labels: [0, 1] }, [2, 0.5]), weighted)
    assert.equal(loss({ logits }, { labels: [undefined, undefined] }), 0)
  })

  it("adds the cross entropy to a teacher's probabilities and the error to its features", () => {
    const answer = { logits: [[Math.log(3), 0]], features: [[1, 2]] }
    const teacher = { logits: [[0, 0]], features: [[1, 5]] }
    const imitation = -0.5 * Math.log(0.75) - 0.5 * Math.log(0.25)
    const shareOfFeatures = loss(answer, { labels: [undefined], teacher }) - imitation
    const closer =
      loss({ ...answer, features: [[1, 3.5]] }, { labels: [undefined], teacher }) - imitation
    assert.ok(shareOfFeatures > 0)
    near(closer / shareOfFeatures, 0.25)
    const withLabel = loss(answer, { labels: [0], teacher }) - imitation - shareOfFeatures
    assert.ok(withLabel > 0 && withLabel < smoothed(0.75))
  })

  it('refuses a student without features where there is a teacher', () => {
    const teacher = { logits: [[0, 0]], features: [[1, 5]] }
    assert.throws(() => loss({ logits: [[0, 0]] }, { labels: [0], teacher }), /answers features/)
  })
})
