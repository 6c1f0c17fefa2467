import assert from 'node:assert/strict'
import fc from 'fast-check'
import { toTimings } from '../../../bench/load/server-timing'

const NONE = {
  queueTime: null,
  decodeTime: null,
  predictionTime: null,
  serviceTime: null,
  serialiseTime: null,
}

describe('Server-Timing', () => {
  it('tells the five times', () => {
    const header = 'queue;dur=0.4, decode;dur=2.9, predict;dur=1.6, total;dur=5, serialise;dur=0.1'
    const times = { queueTime: 0.4, decodeTime: 2.9, predictionTime: 1.6, serviceTime: 5 }
    assert.deepEqual(toTimings(header), { ...times, serialiseTime: 0.1 })
  })

  for (const [header, time] of [
    ['total;dur=5', 5],
    ['total ; dur = 5'.replaceAll(' = ', '='), 5],
    ['Total;DUR=5.25', 5.25],
    ['total;desc=all;dur=5', 5],
    ['total;dur=5;desc="all of it"', 5],
    ['total;desc="first, second; third";dur=5', 5],
    ['total;dur="5.5"', 5.5],
    ['total;dur=1e-3', 0.001],
    ['cache;desc=hit, cdn;dur=9,total;dur=5', 5],
    ['total;dur=0', 0],
  ] as const) {
    it(`is understood: ${header}`, () => {
      assert.deepEqual(toTimings(header), { ...NONE, serviceTime: time })
    })
  }

  for (const header of [
    undefined,
    '',
    'total',
    'total;dur',
    'total;dur=',
    'total;dur=-5',
    'total;dur=five',
    'total;dur=NaN',
    'total;dur=Infinity',
    'total;dur=0x10',
    'subtotal;dur=5',
    ';dur=5',
    ',,;;==',
  ]) {
    it(`says nothing in ${JSON.stringify(header)}`, () => {
      assert.deepEqual(toTimings(header), NONE)
    })
  }

  it('never gives anything but times', () => {
    const parts = fc.constantFrom(
      'total',
      'queue',
      ';',
      ',',
      '=',
      'dur',
      '"',
      '5',
      '-',
      '.',
      'e',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 20 }), (some) => {
        for (const time of Object.values(toTimings(some.join('')))) {
          assert.ok(time === null || (time >= 0 && Number.isFinite(time)))
        }
      }),
    )
  })
})
