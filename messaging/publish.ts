import type { ConfirmChannel } from './amqp'

/** A message to be published, to a queue by its name. */
export interface Publication {
  readonly queue: string
  readonly content: Uint8Array
  readonly properties: NonNullable<Parameters<ConfirmChannel['publish']>[3]>
}

/**
 * Publishes a message so that it survives the broker, and waits for the broker's word that it has it. It has no word for
 * a queue that there is not, unless the message is `mandatory`: then it first gives it back, by the channel's `return`.
 *
 * @throws what the broker refuses it with; that the channel was closed meanwhile
 */
export function publish(
  channel: ConfirmChannel,
  { queue, content, properties }: Publication,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // The default exchange: the routing key is the name of the queue.
    channel.publish(
      '',
      queue,
      Buffer.from(content.buffer, content.byteOffset, content.byteLength),
      { persistent: true, ...properties },
      (error: unknown) => {
        if (error === null || error === undefined) resolve()
        else reject(error instanceof Error ? error : new Error('the broker refused the message'))
      },
    )
  })
}
