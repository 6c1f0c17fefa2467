import assert from 'node:assert/strict'
import { toAlwaysOnCost, toMostRequests, toScaleToZeroCost } from '../../../bench/cost/daily-cost'
import type { Served } from '../../../bench/cost/daily-cost'
import { createRandom } from '../../helpers/random'

const DAY = 86_400

const SERVED: Served = { cpus: 2, gib: 1, serviceTime: 0.02, startTime: 0.5, capacity: 100 }
const PRICES = {
  ...{ name: 'a function', perCpuSecond: 0.00002, perGibSecond: 0.00001 },
  ...{ perMillionRequests: 0.5, billedInStepsOfMs: 100, keptIdleSeconds: 900 },
}

const near = (value: number, other: number, share = 1e-9): void => {
  assert.ok(Math.abs(value - other) <= share * Math.abs(other), `${value} is not ${other}`)
}

describe('what a day of a function that ends when nobody asks costs', () => {
  it('is nothing without requests', () => {
    assert.deepEqual(toScaleToZeroCost(0, SERVED, PRICES), { cost: 0, billedSeconds: 0, starts: 0 })
  })

  it('is that of every request alone where they are rare, each with a start', () => {
    const { cost, billedSeconds, starts } = toScaleToZeroCost(0.001, SERVED, PRICES)
    // 20 ms are billed as 100; nobody comes within 15 minutes of another.
    near(starts, 0.001, 1e-4)
    near(billedSeconds, 0.001 * (0.1 + 0.5), 1e-4)
    near(cost, billedSeconds * (2 * 0.00002 + 0.00001) + 0.001 * 0.5e-6)
  })

  it('bills an instance once for those that it answers at the same time', () => {
    // Ten a second, of 100 ms each: one is on its way for 1 - 1/e of the day.
    const { billedSeconds, starts } = toScaleToZeroCost(10 * DAY, SERVED, PRICES)
    near(billedSeconds, DAY * (1 - Math.exp(-1)))
    near(starts, 0, 1)
  })

  it('takes more than one instance where one cannot answer all', () => {
    near(toScaleToZeroCost(250 * DAY, SERVED, PRICES).billedSeconds, 2.5 * DAY)
  })

  it('rounds a request up to what is billed', () => {
    const bill = (billedInStepsOfMs: number, serviceTime = 0.02): number =>
      toScaleToZeroCost(
        1,
        { ...SERVED, serviceTime, startTime: 0 },
        { ...PRICES, billedInStepsOfMs },
      ).billedSeconds
    near(bill(1), 0.02, 1e-5)
    near(bill(100), 0.1, 1e-5)
    near(bill(100, 0.101), 0.2, 1e-5)
  })

  it('has as many starts and billed seconds as arrivals that are simulated', () => {
    const random = createRandom(7)
    const prices = { ...PRICES, keptIdleSeconds: 60 }
    const [requests, days] = [2000, 40]
    let [busy, starts, at, busyUntil] = [0, 0, 0, -Infinity]
    for (let arrival = 0; arrival < requests * days; arrival++) {
      at += (-Math.log(1 - random()) * DAY) / requests
      if (at > busyUntil + prices.keptIdleSeconds) starts += 1
      const until = at + 0.1
      busy += until - Math.max(at, Math.min(busyUntil, until))
      busyUntil = Math.max(busyUntil, until)
    }
    const modelled = toScaleToZeroCost(requests, { ...SERVED, startTime: 0 }, prices)
    near(modelled.starts, starts / days, 0.02)
    near(modelled.billedSeconds, busy / days, 0.005)
  })
})

describe('what a day of a container that is always there costs', () => {
  const prices = { name: 'a container', perCpuSecond: 0.00001, perGibSecond: 0.000002 }

  it('is that of the whole day, whether or not somebody asks', () => {
    for (const requests of [0, 1, 100 * DAY]) {
      near(toAlwaysOnCost(requests, SERVED, prices).cost, DAY * (2 * 0.00001 + 0.000002))
    }
  })

  it('is that of as many as it takes', () => {
    assert.equal(toMostRequests(SERVED), 100 * DAY)
    for (const capacity of [100, 240.7, 1 / 3]) {
      const served = { ...SERVED, capacity }
      const most = toMostRequests(served)
      assert.equal(toAlwaysOnCost(most, served, prices).billedSeconds, DAY)
      assert.equal(toAlwaysOnCost(most + 1, served, prices).billedSeconds, 2 * DAY)
    }
  })
})
