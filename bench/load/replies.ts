import type { Reply } from './ask-one'

/** Answers that are waited for, by what names them. */
export interface Replies {
  /** Answers to what had one before. */
  readonly duplicates: number
  /** Resolves with the answer of that name; rejects with the signal's reason. */
  wait(name: string, signal: AbortSignal): Promise<Reply>
  receive(name: string, reply: Reply): void
}

/** Nothing is waited for yet. */
export function createReplies(): Replies {
  const waiting = new Map<string, (reply: Reply) => void>()
  const answered = new Set<string>()
  let duplicates = 0
  return {
    get duplicates() {
      return duplicates
    },
    wait: (name, signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(name)
          reject(signal.reason as Error)
        }
        if (signal.aborted) {
          leave()
          return
        }
        signal.addEventListener('abort', leave, { once: true })
        waiting.set(name, (reply) => {
          signal.removeEventListener('abort', leave)
          waiting.delete(name)
          resolve(reply)
        })
      }),
    receive(name, reply) {
      if (answered.has(name)) duplicates += 1
      answered.add(name)
      waiting.get(name)?.(reply)
    },
  }
}
