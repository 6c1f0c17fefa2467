import type { OnProgress } from './steps'

/** What of a stream is needed: a terminal's last line is written anew, a file gets a line now and then. */
export interface Screen {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
}

/** In a file, a line at most this often. */
const LINE_EVERY_MS = 10_000

/** With less done, the time left is anybody's guess. */
const FIRST_ESTIMATE = 0.02

/** Tells a waiting person how far it is and how long it will take, if the rest goes as what is done. */
export function createProgress(
  screen: Screen,
  now: () => number = () => performance.now(),
): { readonly onProgress: OnProgress; readonly end: () => void } {
  const isTerminal = screen.isTTY === true
  let startedAt: number | undefined
  let [nextLineAt, isOpen] = [Number.NEGATIVE_INFINITY, false]
  return {
    onProgress({ share, what }) {
      // What comes before the first work, such as loading, is no part of what the share is of.
      if (share > 0) startedAt ??= now()
      if (!isTerminal && now() < nextLineAt) return
      nextLineAt = now() + LINE_EVERY_MS
      const spent = now() - (startedAt ?? now())
      const left = share < FIRST_ESTIMATE ? '' : `, ${toWords((spent / share) * (1 - share))} left`
      const line = `${Math.floor(share * 100)} %${left}: ${what}`
      screen.write(
        isTerminal ? `\r\u001b[K${line.slice(0, (screen.columns ?? 80) - 1)}` : `${line}\n`,
      )
      isOpen = isTerminal
    },
    end() {
      if (isOpen) screen.write('\r\u001b[K')
      isOpen = false
    },
  }
}

/** `40 s`, `3 min`. */
function toWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
