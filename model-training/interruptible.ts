/** Somebody wants the program to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`)
    this.signal = signal
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Lets work clean up after itself on the first SIGINT or SIGTERM; the second ends the process as ever.
 *
 * @throws InterruptedError if there was one
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const stop = (signal: NodeJS.Signals): void => {
    off()
    controller.abort(new InterruptedError(signal))
  }
  const off = (): void => {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  try {
    const done = await work(controller.signal)
    // What was too far to be stopped is not what was asked for any more.
    controller.signal.throwIfAborted()
    return done
  } finally {
    off()
  }
}
