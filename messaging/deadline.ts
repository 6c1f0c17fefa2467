/** It took too long. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/**
 * Works under a signal that aborts with another one, or after so many ms.
 *
 * AbortSignal.any and AbortSignal.timeout would do the same, but leave a timer and a listener behind for each call.
 *
 * @param ms undefined: without limit
 * @throws what `work` throws; the signal's reason is a DeadlineError where the time was over
 */
export async function withDeadline<Value>(
  signal: AbortSignal,
  ms: number | undefined,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  signal.throwIfAborted()
  const controller = new AbortController()
  const stop = (): void => {
    controller.abort(signal.reason)
  }
  signal.addEventListener('abort', stop, { once: true })
  const timer =
    ms === undefined
      ? undefined
      : setTimeout(() => {
          controller.abort(new DeadlineError(`it took more than ${ms} ms`))
        }, ms)
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
