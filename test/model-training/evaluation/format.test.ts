import assert from 'node:assert/strict'
import { toDifference, toFigure, toPoints } from '../../../model-training/evaluation/format'
import { toPlainLine } from '../../../model-training/evaluation/plain-line'

describe('how figures are written', () => {
  it('gives points a sign, but not to nothing', () => {
    const interval = { value: -0.04, lower: -1.23, upper: 1.5 }
    assert.equal(toPoints({ ...interval, level: 0.95, method: 'Newcombe' }), '0.0 (-1.2 to +1.5)')
  })

  it('writes tiny differences with their power', () => {
    assert.deepEqual([0, 0.0126, 6.6e-7].map(toDifference), ['0.0000', '0.0126', '6.6e-7'])
  })

  it('writes three digits', () => {
    assert.deepEqual([0.6164, 4.184, 1234.5].map(toFigure), ['0.616', '4.18', '1235'])
  })

  it('makes one harmless line of a name that would steer a terminal', () => {
    assert.equal(toPlainLine('a\u001b[2J\nb\u202ec\u0000é🍕'), 'a\ufffd[2J\ufffdb\ufffdc\ufffdé🍕')
  })
})
