const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Ends with 128 + the signal's number, as shells do; SIGINT is 2. */
export const INTERRUPTED = 130

/** A signal that is aborted by the first Ctrl-C (or SIGTERM, SIGHUP); the second ends the process at once. */
export function listenForInterrupt(onFirst: () => void): {
  readonly signal: AbortSignal
  readonly close: () => void
} {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED)
    onFirst()
    controller.abort(new Error('interrupted'))
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  return {
    signal: controller.signal,
    close: () => {
      for (const name of SIGNALS) process.off(name, onSignal)
    },
  }
}
