import assert from 'node:assert/strict'
import {
  toEnumeration,
  toFigure,
  toLead,
  toLine,
  toMebibytes,
  toPercent,
  toRatio,
  toSentence,
  toShort,
} from '../../../bench/report/format'
import { toLogTicks, toTicks } from '../../../bench/report/plots/ticks'

describe('the format of a report', () => {
  const FIGURES: readonly [number, string][] = [
    [0, '0.00'],
    [0.00004, '0.000'],
    [-0.00004, '0.000'],
    [0.0423, '0.042'],
    [0.4236, '0.42'],
    [5.6736, '5.67'],
    [9.996, '10.0'],
    [99.96, '100'],
    [-12.34, '-12.3'],
    [1234.6, '1235'],
    [7_654_321, '7654321'],
  ]
  for (const [value, text] of FIGURES) {
    it(`${value} is ${text}`, () => {
      assert.equal(toFigure(value), text)
    })
  }

  it('gives ratios near 1 three decimals', () => {
    assert.deepEqual([0.95, 1.0496, 1.05, 4.843].map(toRatio), ['0.950', '1.050', '1.050', '4.84'])
  })

  it('writes shares as percentages', () => {
    assert.deepEqual([0.0184, 0.0996, 0.873, 1, -0.0001].map(toPercent), [
      '1.8 %',
      '10 %',
      '87 %',
      '100 %',
      '0.0 %',
    ])
  })

  it('writes MiB', () => {
    assert.equal(toMebibytes(182 * 2 ** 20), '182')
  })

  it('enumerates', () => {
    assert.deepEqual([[], [1], [1, 5], [1, 5, 10]].map(toEnumeration), [
      '',
      '1',
      '1 and 5',
      '1, 5 and 10',
    ])
  })

  it('keeps text from outside on one line that XML can hold', () => {
    assert.equal(toLine(' a\r\n\tb\u0000\u2028c\u001b[31m '), 'a b c [31m')
    assert.equal(toLine('safe\u202egnp.exe'), 'safegnp.exe')
    assert.equal(toLine('half \ud83d pair, \uffff'), 'half \ufffd pair, \ufffd')
    assert.equal(toLine('whole 😀 pair'), 'whole 😀 pair')
  })

  it('shortens by characters, not by halves of them', () => {
    assert.equal(toShort('😀😀😀', 2), '😀…')
    assert.equal(toShort('😀😀😀', 3), '😀😀😀')
  })

  it('makes sentences', () => {
    assert.equal(toSentence('it failed'), 'It failed.')
    assert.equal(toSentence('Did it fail?'), 'Did it fail?')
    assert.equal(toSentence(''), '.')
  })

  it('tells the first sentence from the others, not at a decimal point', () => {
    assert.deepEqual(toLead('It takes 1.5 ms. “a” is slower. Yes.'), [
      'It takes 1.5 ms.',
      '“a” is slower. Yes.',
    ])
    assert.deepEqual(toLead('One sentence.'), ['One sentence.', ''])
  })
})

describe('the ticks of a plot', () => {
  it('are round and few on a logarithmic axis', () => {
    assert.deepEqual(toLogTicks({ least: 5, most: 480 }), [5, 10, 20, 50, 100, 200])
    assert.deepEqual(toLogTicks({ least: 0.92, most: 1.17 }), [0.95, 1, 1.05, 1.1, 1.15])
    assert.deepEqual(toLogTicks({ least: 0.5, most: 60_000 }), [1, 10, 100, 1000, 10_000])
  })

  it('are at most six and at least two, all inside, over any range', () => {
    for (const least of [0.003, 0.7, 1, 42]) {
      for (const factor of [1.01, 1.2, 2, 5, 30, 1000, 1e5]) {
        const ticks = toLogTicks({ least, most: least * factor })
        assert.ok(ticks.length >= 2 && ticks.length <= 6, `${least} x ${factor}: ${ticks.join()}`)
        assert.ok(ticks.every((tick) => tick >= least && tick <= least * factor))
      }
    }
  })

  it('are round on a linear axis', () => {
    assert.deepEqual(toTicks({ least: 0, most: 0.5 }), [0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert.deepEqual(toTicks({ least: 3, most: 3 }), [3])
  })
})
