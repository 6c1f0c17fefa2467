import { ask } from '../helpers/wire'
import type { ServerProcess } from '../helpers/server-process'

/** Photos that a consumer works on. */
export const readInFlight = (consumer: ServerProcess): Promise<number> =>
  sum(consumer, 'photo_messages_in_flight')

/** Photos that a consumer has answered or rejected. */
export const readSettled = (consumer: ServerProcess): Promise<number> =>
  sum(consumer, 'photo_messages_total')

/** Of a metric's values for all labels. */
async function sum({ baseUrl }: ServerProcess, name: string): Promise<number> {
  const { body } = await ask(`${baseUrl}/metrics`)
  const values = String(body).matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))
  return [...values].reduce((total, [, value]) => total + Number(value), 0)
}
