/** Tells a waiting person how far a long job is. */
export interface Progress {
  /** A line that stays. */
  say(line: string): void
  /** What is done, as a share from 0 to 1, and what is being done. */
  update(share: number, what: string): void
  /** Ends the line that `update` rewrites. */
  end(): void
}

/** What of a stream is needed: a terminal rewrites its last line, a file gets one now and then. */
export interface Screen {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
}

/** In a file, a line at most this often, ms. */
const LINE_EVERY = 15_000

/** Writes progress; the time left follows from the time since the first `update` that the share done took. */
export function createProgress(
  screen: Screen,
  now: () => number = () => performance.now(),
): Progress {
  let startedAt: number | undefined
  let [lastLineAt, isOpen] = [Number.NEGATIVE_INFINITY, false]
  const end = (): void => {
    if (isOpen) screen.write('\n')
    isOpen = false
  }
  return {
    say(line) {
      end()
      screen.write(`${line}\n`)
    },
    update(share, what) {
      // What comes before, such as the warm-up, is no part of what the share is of.
      startedAt ??= now()
      const elapsed = now() - startedAt
      const left = share > 0 ? `, ${toWords((elapsed / share) * (1 - share))} left` : ''
      const line = `${String(Math.floor(share * 100)).padStart(3)} %${left}: ${what}`
      if (screen.isTTY === true) {
        screen.write(`\r\u001b[K${line.slice(0, (screen.columns ?? 80) - 1)}`)
        isOpen = true
      } else if (now() - lastLineAt >= LINE_EVERY) {
        lastLineAt = now()
        screen.write(`${line}\n`)
      }
    },
    end,
  }
}

/** `2 min 5 s` of ms. */
export function toWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
