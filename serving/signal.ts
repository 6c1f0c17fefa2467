import type { ServerResponse } from 'node:http'

/** Aborts when the client goes away before it has its answer. */
export function toSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  const leave = (): void => {
    if (!response.writableEnded) controller.abort()
  }
  response.once('close', leave)
  if (response.destroyed) leave()
  return controller.signal
}
