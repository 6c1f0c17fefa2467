interface BatchSenderOptions<Item> {
  /** Sends all or fails for all. */
  readonly send: (items: readonly Item[]) => Promise<void>
  readonly maxItems: number
}

interface Waiting<Item> {
  readonly item: Item
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Sends one by one while little is to be sent, and what gathered during a send together: as the pool's batches, they
 * grow by themselves and a lone one waits for nobody.
 *
 * @returns sends one; resolves once it is sent
 */
export function createBatchSender<Item>({
  send,
  maxItems,
}: BatchSenderOptions<Item>): (item: Item) => Promise<void> {
  let waiting: Waiting<Item>[] = []
  let isSending = false

  async function sendAll(): Promise<void> {
    isSending = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxItems)
      waiting = waiting.slice(maxItems)
      try {
        await send(batch.map(({ item }) => item))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    isSending = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!isSending) void sendAll()
    })
}
