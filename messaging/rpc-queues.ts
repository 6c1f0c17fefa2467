import type { ConfirmChannel } from './amqp'

/** Where photos go that cannot be classified, and those that nobody answered. */
export const REJECTED_QUEUE = 'rejected-photos'

/** Where photos for a model wait. */
export const toQueue = (model: string): string => `photos.${model}`

/** So many photos may wait for a model; whoever publishes more is told so. */
export const MAX_WAITING = 100_000
/** A photo that ended so many consumers, or was left by them, is not given to another. */
const MAX_DELIVERIES = 20

/**
 * Declares the queues of models: replicated ones (quorum queues), which survive a killed broker; what expires there, or
 * is delivered too often, goes to the rejected.
 */
export async function declareQueues(
  channel: ConfirmChannel,
  models: readonly string[],
  maxWaiting = MAX_WAITING,
): Promise<void> {
  await channel.assertQueue(REJECTED_QUEUE, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum' },
  })
  for (const model of models) {
    await channel.assertQueue(toQueue(model), {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': MAX_DELIVERIES,
        'x-max-length': maxWaiting,
        'x-overflow': 'reject-publish',
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': REJECTED_QUEUE,
        'x-dead-letter-strategy': 'at-least-once',
      },
    })
  }
}
