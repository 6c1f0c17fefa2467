import assert from 'node:assert/strict'
import { createBatchSender } from '../../messaging/batch-sender'

/** Sends that end when they are told to. */
function createSends() {
  const sends: { readonly items: readonly number[]; readonly end: (error?: Error) => void }[] = []
  const send = (items: readonly number[]): Promise<void> =>
    new Promise((resolve, reject) => {
      sends.push({
        items,
        end: (error) => {
          if (error === undefined) resolve()
          else reject(error)
        },
      })
    })
  return { sends, send }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the sender of batches', () => {
  it('sends a lone one at once, and together what came meanwhile', async () => {
    const { sends, send } = createSends()
    const add = createBatchSender({ send, maxItems: 3 })
    const added = [1, 2, 3, 4, 5].map((n) => add(n))
    assert.deepEqual(
      sends.map(({ items }) => items),
      [[1]],
    )
    for (const end of [0, 1, 2]) {
      sends[end]!.end()
      await turn()
    }
    await Promise.all(added)
    assert.deepEqual(
      sends.map(({ items }) => items),
      [[1], [2, 3, 4], [5]],
    )
  })

  it('tells only those of a batch that it failed, and goes on', async () => {
    const { sends, send } = createSends()
    const add = createBatchSender({ send, maxItems: 1 })
    const [first, second] = [add(1), add(2)]
    sends[0]!.end(new Error('no'))
    await assert.rejects(first, { message: 'no' })
    sends[1]!.end()
    await second
    const third = add(3)
    sends[2]!.end()
    await third
  })
})
