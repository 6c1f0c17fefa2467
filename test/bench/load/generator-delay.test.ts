import assert from 'node:assert/strict'
import { toGeneratorDelay, watchGeneratorDelay } from '../../../bench/load/generator-delay'
import { until } from '../targets/until'

describe("the load generator's delay", () => {
  it('is how often it was late, and how late the latest in a hundred was', () => {
    const delays = [...Array<number>(98).fill(0.5), 50, 50.001]
    assert.deepEqual(toGeneratorDelay(delays), { ticks: 100, late: 1, p99: 50 })
    assert.deepEqual(toGeneratorDelay([]), { ticks: 0, late: 0, p99: null })
  })

  it('is seen where the process is kept from its work', async () => {
    const end = watchGeneratorDelay()
    // So that the watch has begun.
    await new Promise((resolve) => setTimeout(resolve, 20))
    const busyUntil = performance.now() + 120
    while (performance.now() < busyUntil);
    await new Promise((resolve) => setTimeout(resolve, 20))
    const { ticks, late, p99 } = end()
    assert.ok(late >= 1 && late <= ticks, `${late} of ${ticks}`)
    assert.ok(p99 !== null && p99 > 50)
  })

  it('is looked at until it is ended', async () => {
    const before = process.getActiveResourcesInfo().length
    const end = watchGeneratorDelay()
    assert.equal(process.getActiveResourcesInfo().length, before + 1)
    end()
    await until('the watch ends', () => process.getActiveResourcesInfo().length === before)
  })
})
