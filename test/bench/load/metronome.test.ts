import assert from 'node:assert/strict'
import { toConstantArrivals } from '../../../bench/load/arrivals'
import { createMetronome } from '../../../bench/load/metronome'

describe('the metronome', () => {
  it('tells each request when it is due, none before, and all in their order', async () => {
    const arrivals = toConstantArrivals(1000, 300)
    const metronome = await createMetronome(arrivals)
    const told: { due: number; at: number }[] = []
    let startedAt = 0
    await new Promise<void>((resolve) => {
      startedAt = metronome.start((due) => {
        told.push({ due, at: performance.now() })
        if (due === arrivals.length) resolve()
      })
    })
    await metronome.stop()
    assert.equal(told.at(-1)?.due, arrivals.length)
    for (const [index, { due, at }] of told.entries()) {
      assert.ok(due > (told[index - 1]?.due ?? 0))
      assert.ok(at - startedAt >= arrivals[due - 1]!)
    }
  })

  it('stops at once, though something is due in an hour', async () => {
    const metronome = await createMetronome([0, 3_600_000])
    await new Promise<void>((resolve) => {
      metronome.start(() => {
        resolve()
      })
    })
    await metronome.stop()
  })

  it('stops where it was never started, and where nothing is to come', async () => {
    await (await createMetronome([5])).stop()
    const nothing = await createMetronome([])
    nothing.start(() => assert.fail('nothing is due'))
    await nothing.stop()
  })
})
