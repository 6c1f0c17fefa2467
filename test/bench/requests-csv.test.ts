import assert from 'node:assert/strict'
import fc from 'fast-check'
import { CsvError, HEADER, parseCsv, toCsv } from '../../bench/requests-csv'
import { OUTCOMES } from '../../bench/run'
import type { Observation } from '../../bench/run'

/** Times as they are written: with three decimals. */
const time = fc.nat(10 ** 10).map((thousandths) => thousandths / 1000)
const unknownOrTime = fc.option(time, { nil: null })
const observation: fc.Arbitrary<Observation> = fc.record(
  {
    photo: fc.nat(1000),
    sentAt: time,
    responseTime: unknownOrTime,
    status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: null }),
    outcome: fc.constantFrom(...OUTCOMES),
    queueTime: unknownOrTime,
    decodeTime: unknownOrTime,
    predictionTime: unknownOrTime,
    serviceTime: unknownOrTime,
    lag: unknownOrTime,
    serialiseTime: unknownOrTime,
  },
  { noNullPrototype: true },
)

const ROW: Observation = {
  photo: 3,
  sentAt: 0,
  responseTime: 5.125,
  status: 200,
  outcome: 'right',
  queueTime: 0,
  decodeTime: 2.5,
  predictionTime: null,
  serviceTime: 4,
  lag: 0.5,
  serialiseTime: 0.012,
}
const LINE = '7,3,0,5.125,200,right,0,2.5,,4,0.5,0.012\n'

describe("the requests' rows", () => {
  it('come back as they were', () => {
    const trials = fc.array(fc.array(observation, { minLength: 1 }), { maxLength: 5 })
    fc.assert(
      fc.property(trials, (all) => {
        const text = HEADER + all.map((rows, trial) => toCsv(trial, rows)).join('')
        assert.deepEqual(parseCsv(text), new Map(all.entries()))
      }),
    )
  })

  it('have three decimals, and nothing where nothing is known', () => {
    assert.equal(toCsv(7, [ROW]), LINE)
    assert.equal(toCsv(7, [{ ...ROW, responseTime: 5.1249999 }]), LINE)
  })

  it('are read of runs that knew neither lag nor what serialising took', () => {
    const unknowing = `${HEADER}${LINE}`.replace(/,(serialiseTime|0\.012)\n/g, '\n')
    assert.deepEqual(parseCsv(unknowing), new Map([[7, [{ ...ROW, serialiseTime: null }]]]))
    const older = unknowing.replace(/,(lag|0\.5)\n/g, '\n')
    assert.deepEqual(parseCsv(older), new Map([[7, [{ ...ROW, lag: null, serialiseTime: null }]]]))
  })

  it('do not have what follows the last end of a line', () => {
    for (let length = 0; length < LINE.length; length++) {
      assert.equal(parseCsv(HEADER + LINE + LINE.slice(0, length)).get(7)?.length, 1)
    }
  })

  for (const line of [
    '',
    '7',
    '7,3,0,5.125,200,right,0,2.5,,4,',
    '7,3,0,5.125,200,right,0,2.5,,4,5,6,7',
    ',3,0,5.125,200,right,0,2.5,,4,,',
    '7,,0,5.125,200,right,0,2.5,,4,,',
    '7,3,,5.125,200,right,0,2.5,,4,,',
    '7,3,0,5.125,200,,0,2.5,,4,,',
    '7,3,0,5.125,200,perfect,0,2.5,,4,,',
    '7,3,0,five,200,right,0,2.5,,4,,',
    '7,3,0,5.125,200,right,0,2.5,x,4,,',
    '7;3;0;5.125;200;right;0;2.5;;4;;',
  ]) {
    it(`are refused with the line's number: ${JSON.stringify(line)}`, () => {
      assert.throws(
        () => parseCsv(`${HEADER}${LINE}${line}\n${LINE}`),
        (error) => error instanceof CsvError && error.message.startsWith('line 3 '),
      )
    })
  }

  it('are refused without their header', () => {
    for (const text of ['', LINE, HEADER.slice(0, -1), `x${HEADER}`, 'trial,photo\n']) {
      assert.throws(() => parseCsv(text), { name: 'CsvError', message: /^line 1 / })
    }
  })
})
