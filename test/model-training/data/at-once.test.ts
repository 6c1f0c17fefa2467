import assert from 'node:assert/strict'
import { forEachAtOnce } from '../../../model-training/data/at-once'

/** Work that ends when it is told to. */
function createGate() {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

describe('forEachAtOnce', () => {
  it('keeps as many at work as allowed, and no more', async () => {
    const gates = Array.from({ length: 5 }, createGate)
    const begun: number[] = []
    let most = 0
    let running = 0
    const all = forEachAtOnce([0, 1, 2, 3, 4], 2, async (item) => {
      begun.push(item)
      running += 1
      most = Math.max(most, running)
      // The second is done before the first, which must not hold up the third.
      gates[item === 1 ? 1 : item]?.open()
      await gates[item === 0 ? 3 : item]?.opened
      running -= 1
    })
    await all
    assert.deepEqual(begun, [0, 1, 2, 3, 4])
    assert.equal(most, 2)
  })

  it('begins nothing after a failure, awaits what runs, and throws it', async () => {
    const gate = createGate()
    const begun: number[] = []
    let finished = false
    const all = forEachAtOnce([0, 1, 2, 3], 2, async (item) => {
      begun.push(item)
      if (item === 1) {
        gate.open()
        throw new Error('one')
      }
      await gate.opened
      await Promise.resolve()
      finished = true
    })
    await assert.rejects(all, /one/)
    assert.deepEqual(begun, [0, 1])
    assert.ok(finished)
  })

  it('awaits what runs where the items end with a failure', async () => {
    let finished = false
    function* fail(): Generator<number> {
      yield 1
      throw new Error('no more')
    }
    const all = forEachAtOnce(fail(), 2, async () => {
      // Later than any number of promises.
      await new Promise(setImmediate)
      finished = true
    })
    await assert.rejects(all, /no more/)
    assert.ok(finished)
  })
})
