import assert from 'node:assert/strict'
import { toCardEvaluation } from '../../../model-training/evaluation/card-evaluation'
import { toReferenceRows } from '../../../model-training/evaluation/reference-rows'
import { sampleEvaluation, withEngines, withoutUnseen } from './sample-evaluation'

describe('what a card quotes of an evaluation', () => {
  it('is of changed photos what the reference engine and decoder come to', () => {
    const { robustness } = toCardEvaluation(
      withEngines(['wasm', 'onnx'], (row) =>
        row.engine === 'onnx' ? row : { ...row, accuracy: { ...row.accuracy, value: 0.125 } },
      ),
    )
    assert.deepEqual(robustness, toCardEvaluation(sampleEvaluation()).robustness)
    assert.deepEqual(Object.keys(robustness), ['jpeg-30', 'exif-1', 'exif-6'])
  })

  it('is under the same name the same as in evaluation.json, intervals included', () => {
    const evaluation = sampleEvaluation()
    const card = toCardEvaluation(evaluation)
    for (const name of [
      ...(['photos', 'reference', 'accuracy', 'loss', 'balancedAccuracy'] as const),
      ...([
        'perLabel',
        'perSource',
        'heldoutSources',
        'unseenSources',
        'openTiers',
        'confusion',
        'environment',
      ] as const),
    ]) {
      assert.deepEqual(card[name], evaluation[name], name)
    }
    for (const kind of ['engines', 'decoders'] as const) {
      for (const [name, own] of Object.entries(card[kind])) {
        assert.deepEqual({ ...evaluation[kind][name], ...own }, evaluation[kind][name])
        assert.deepEqual(Object.keys(own.accuracy).slice(0, 3), ['value', 'lower', 'upper'])
      }
    }
    assert.deepEqual(Object.keys(card.engines), ['onnx'])
    const { predictCpuMs, decodeCpuMs } = card.engines['onnx']!
    assert.deepEqual([predictCpuMs, decodeCpuMs], [0.6, 1.9])
    const [row] = toReferenceRows(evaluation)
    assert.deepEqual(card.robustness['jpeg-30']?.accuracy, row?.accuracy)
  })

  it('says of which label no photo comes from a new source', () => {
    const { notes } = toCardEvaluation(withoutUnseen(['drink']))
    assert.match(
      notes.join(),
      /^No photo of drink comes from a source that no labelled photo was learnt/,
    )
    assert.deepEqual(toCardEvaluation(sampleEvaluation()).notes, [])
  })
})
