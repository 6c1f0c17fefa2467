import assert from 'node:assert/strict'
import { mergeEngines } from '../../../model-training/evaluation/merge-engines'
import type { RobustnessRow } from '../../../model-training/evaluation/model-evaluation'
import { bareEvaluation, withEngines } from './sample-evaluation'

const NAMES = ['onnx', 'tensorflow', 'wasm']

/** The cells that tell rows apart. */
const toCells = (rows: readonly RobustnessRow[]) =>
  rows.map(({ variant, engine, decoder }) => [variant, engine, decoder].join(' '))

describe('mergeEngines', () => {
  it('gives all engines one row where they agree, with the largest of their differences', () => {
    const evaluation = withEngines(NAMES, (row) => ({
      ...row,
      largestDifference: row.engine === 'wasm' ? 0.9 : 0.1,
    }))
    const rows = mergeEngines(evaluation)
    assert.deepEqual(toCells(rows), ['jpeg-30 all sharp', 'exif-1 all sharp', 'exif-6 all sharp'])
    assert.deepEqual(
      rows.map(({ largestDifference }) => largestDifference),
      [0.9, 0.9, 0.9],
    )
  })

  it('names the engines where one of them answers otherwise', () => {
    const evaluation = withEngines(NAMES, (row) =>
      row.engine === 'tensorflow' && row.variant === 'exif-6' ? { ...row, sameLabel: 0.5 } : row,
    )
    assert.deepEqual(toCells(mergeEngines(evaluation)), [
      ...['jpeg-30 all sharp', 'exif-1 all sharp', 'exif-6 onnx, wasm sharp'],
      'exif-6 tensorflow sharp',
    ])
  })

  it('keeps decoders apart', () => {
    const evaluation = withEngines(NAMES, (row) =>
      row.engine === 'wasm' ? { ...row, decoder: 'jimp' } : row,
    )
    const rows = toCells(mergeEngines(evaluation))
    assert.deepEqual(rows.slice(0, 2), ['jpeg-30 onnx, tensorflow sharp', 'jpeg-30 wasm jimp'])
  })

  it('names the only engine, and gives nothing of what was not measured', () => {
    assert.deepEqual(toCells(mergeEngines(withEngines(['onnx']))).slice(0, 1), [
      'jpeg-30 onnx sharp',
    ])
    assert.deepEqual(mergeEngines(bareEvaluation()), [])
  })
})
