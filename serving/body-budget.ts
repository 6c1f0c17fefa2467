/** Bytes of request bodies that may be in memory at once, whoever sends them. */
export interface BodyBudget {
  /** Reserves bytes for one body; undefined if they are not to be had, else the function that gives them back. */
  reserve(bytes: number): (() => void) | undefined
}

/** A budget for bodies; one body may always be read, however large. */
export function createBodyBudget(maxBytes: number): BodyBudget {
  let reserved = 0
  return {
    reserve(bytes) {
      if (reserved > 0 && reserved + bytes > maxBytes) return undefined
      reserved += bytes
      let held = true
      return () => {
        if (held) reserved -= bytes
        held = false
      }
    },
  }
}
