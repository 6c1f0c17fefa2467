import assert from 'node:assert/strict'
import { describeLimits } from '../../../model-training/evaluation/describe-limits'
import { bareEvaluation, sampleEvaluation, withoutUnseen } from './sample-evaluation'

describe('what is said of labels that figures are not about', () => {
  it('names them', () => {
    assert.deepEqual(describeLimits(withoutUnseen(['drink'])), [
      'No photo of drink comes from a source that no labelled photo was learnt from: the accuracy on such sources says nothing of it.',
    ])
    assert.match(
      describeLimits(withoutUnseen(['food', 'menu'])).join(),
      /^No photo of food, menu comes .* says nothing of them\.$/,
    )
  })

  it('tells sources that are new to a label from those that are new altogether', () => {
    const { heldoutSources } = sampleEvaluation()
    const photosPerLabel = { ...heldoutSources!.photosPerLabel, menu: 0 }
    assert.deepEqual(
      describeLimits(sampleEvaluation({ heldoutSources: { ...heldoutSources!, photosPerLabel } })),
      [
        'No photo of menu comes from a source that no labelled photo of it was learnt from: the accuracy on such sources says nothing of it.',
      ],
    )
  })

  it('names labels that open licences have too few photos of', () => {
    const { openTiers, ...evaluation } = sampleEvaluation()
    const photosPerLabel = { ...openTiers!.photosPerLabel, menu: 4 }
    assert.deepEqual(
      describeLimits({ ...evaluation, openTiers: { ...openTiers!, photosPerLabel } }),
      [
        'Licence tiers A and B have too few photos of some labels (4 of menu): the accuracy on them says nothing of it, and the balanced accuracy nothing at all.',
      ],
    )
    assert.deepEqual(describeLimits({ ...evaluation, openTiers: null }), [])
  })

  it('is nothing where every label has some, and where no source is new', () => {
    assert.deepEqual(describeLimits(sampleEvaluation()), [])
    assert.deepEqual(describeLimits(bareEvaluation()), [])
  })

  it('leaves out labels that no photo has at all', () => {
    const evaluation = withoutUnseen(['drink'])
    const perLabel = {
      ...evaluation.perLabel,
      drink: { ...evaluation.perLabel['drink']!, support: 0 },
    }
    assert.deepEqual(describeLimits({ ...evaluation, perLabel }), [])
  })
})
