import assert from 'node:assert/strict'
import { toBreakEven, toSensitivities } from '../../../bench/cost/break-even'
import type { Choice } from '../../../bench/cost/break-even'
import { toAlwaysOnCost, toScaleToZeroCost } from '../../../bench/cost/daily-cost'
import { DEFAULT_PRICES } from '../../../bench/cost/prices'

const SERVED = { cpus: 2, gib: 1, serviceTime: 0.02, startTime: 0.5, capacity: 100 }
const CHOICE: Choice = { scaleToZero: SERVED, alwaysOn: SERVED, prices: DEFAULT_PRICES }

describe('the number of requests from which on a container costs less', () => {
  it('is where both cost the same', () => {
    const breakEven = toBreakEven(CHOICE)
    assert.ok(breakEven.state === 'meets')
    const { requests } = breakEven
    const [one, other] = [
      toScaleToZeroCost(requests, SERVED, DEFAULT_PRICES.scaleToZero).cost,
      toAlwaysOnCost(requests, SERVED, DEFAULT_PRICES.alwaysOn).cost,
    ]
    assert.ok(Math.abs(one / other - 1) < 1e-5, `${one} and ${other}`)
    const cheaper = toScaleToZeroCost(requests / 2, SERVED, DEFAULT_PRICES.scaleToZero).cost
    assert.ok(cheaper < other)
  })

  it('is known without a search where only requests are paid for', () => {
    // A container for one dollar a day, and a function for a dollar a million.
    const nothing = { perCpuSecond: 0, perGibSecond: 0 }
    const prices = {
      ...DEFAULT_PRICES,
      scaleToZero: { ...DEFAULT_PRICES.scaleToZero, ...nothing, perMillionRequests: 1 },
      alwaysOn: { name: 'a container', perCpuSecond: 0.5 / 86_400, perGibSecond: 0 },
    }
    const breakEven = toBreakEven({ ...CHOICE, prices })
    assert.ok(breakEven.state === 'meets')
    assert.ok(Math.abs(breakEven.requests / 1e6 - 1) < 1e-5)
  })

  it('is nowhere where one of them always costs less', () => {
    const { scaleToZero, alwaysOn } = DEFAULT_PRICES
    const free = { perCpuSecond: 0, perGibSecond: 0 }
    const cheap = { ...scaleToZero, ...free, perMillionRequests: 0 }
    assert.deepEqual(
      toBreakEven({ ...CHOICE, prices: { ...DEFAULT_PRICES, scaleToZero: cheap } }),
      {
        state: 'always-cheaper',
      },
    )
    assert.deepEqual(
      toBreakEven({ ...CHOICE, prices: { ...DEFAULT_PRICES, alwaysOn: { ...alwaysOn, ...free } } }),
      { state: 'always-dearer' },
    )
  })

  it('is more requests where the function is cheaper or quicker, and fewer where the container is cheaper', () => {
    const sensitivities = toSensitivities(CHOICE)
    const find = (what: string, name: string): number => {
      const found = sensitivities
        .find((each) => each.what === what)
        ?.cases.find((each) => each.name === name)
      assert.ok(found?.breakEven.state === 'meets', `${what} ${name}`)
      return found.breakEven.requests
    }
    const usual = toBreakEven(CHOICE)
    assert.ok(usual.state === 'meets')
    assert.ok(find('prices of the function', '× 0.8') > usual.requests)
    assert.ok(find('prices of the function', '× 1.2') < usual.requests)
    assert.ok(find('prices of the container', '× 0.5') < usual.requests)
    assert.ok(find('steps of billing', '1 ms') > usual.requests)
    assert.ok(find('steps of billing', '1000 ms') < usual.requests)
    // Less than a step is billed as a whole one.
    assert.equal(find('time of a request', '× 0.5'), usual.requests)
    assert.ok(find('time of a request', '× 10') < usual.requests)
    // So many requests keep an instance from ending.
    assert.ok(Math.abs(find('time of a start', '× 10') / usual.requests - 1) < 0.01)
  })
})
