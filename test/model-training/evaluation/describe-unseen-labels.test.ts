import assert from 'node:assert/strict'
import { describeUnseenLabels } from '../../../model-training/evaluation/describe-unseen-labels'
import { bareEvaluation, sampleEvaluation, withoutUnseen } from './sample-evaluation'

describe('what is said of labels without photos from new sources', () => {
  it('names them', () => {
    assert.deepEqual(describeUnseenLabels(withoutUnseen(['drink'])), [
      'No photo of drink comes from a source that nothing was learnt from: the accuracy on such sources says nothing of it.',
    ])
    assert.match(
      describeUnseenLabels(withoutUnseen(['food', 'menu'])).join(),
      /^No photo of food, menu comes .* says nothing of them\.$/,
    )
  })

  it('tells sources that are new to a label from those that are new altogether', () => {
    const { heldoutSources } = sampleEvaluation()
    const photosPerLabel = { ...heldoutSources!.photosPerLabel, menu: 0 }
    assert.deepEqual(
      describeUnseenLabels(
        sampleEvaluation({ heldoutSources: { ...heldoutSources!, photosPerLabel } }),
      ),
      [
        'No photo of menu comes from a source that none of the label was learnt from: the accuracy on such sources says nothing of it.',
      ],
    )
  })

  it('is nothing where every label has some, and where no source is new', () => {
    assert.deepEqual(describeUnseenLabels(sampleEvaluation()), [])
    assert.deepEqual(describeUnseenLabels(bareEvaluation()), [])
  })

  it('leaves out labels that no photo has at all', () => {
    const evaluation = withoutUnseen(['drink'])
    const perLabel = {
      ...evaluation.perLabel,
      drink: { ...evaluation.perLabel['drink']!, support: 0 },
    }
    assert.deepEqual(describeUnseenLabels({ ...evaluation, perLabel }), [])
  })
})
