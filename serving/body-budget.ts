/** Bytes of request bodies that may be in memory at once, whoever sends them. */
export interface BodyBudget {
  /** An account for one body. */
  open(): BodyAccount
}

/** What one body has in memory. */
export interface BodyAccount {
  /** Takes bytes that have arrived; false if there is no room for them. */
  take(bytes: number): boolean
  /** Gives back all that was taken. */
  release(): void
}

/** A budget for bodies; a body that is alone may always be read, however large. */
export function createBodyBudget(maxBytes: number): BodyBudget {
  let total = 0
  return {
    open() {
      let own = 0
      return {
        take(bytes) {
          if (total > own && total + bytes > maxBytes) return false
          own += bytes
          total += bytes
          return true
        },
        release() {
          total -= own
          own = 0
        },
      }
    },
  }
}
