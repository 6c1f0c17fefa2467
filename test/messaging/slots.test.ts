import assert from 'node:assert/strict'
import { createSlots } from '../../messaging/slots'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('slots', () => {
  it('are taken by so many at once, in the order of asking', async () => {
    const slots = createSlots(2)
    const order: number[] = []
    const takes = [0, 1, 2, 3].map(async (n) => {
      await slots.take()
      order.push(n)
    })
    await turn()
    assert.deepEqual([order, slots.inUse], [[0, 1], 2])
    slots.give()
    await turn()
    assert.deepEqual([order, slots.inUse], [[0, 1, 2], 2])
    slots.give()
    await Promise.all(takes)
    assert.deepEqual(order, [0, 1, 2, 3])
    slots.give()
    slots.give()
    assert.equal(slots.inUse, 0)
  })
})
