/** What a fake target counted and timed itself. */
export interface FakeRecord {
  /** Requests for a prediction, answered or not. */
  requests: number
  /** Those of them that met the fault. */
  faults: number
  /** Answers that were handed to the system completely. */
  answers: number
  /** From the request's arrival to the answer's end, of each answer without fault, ms. */
  readonly durations: number[]
  /** Connections that were opened. */
  connections: number
  /** Connections that are open now. */
  open: number
  /** Requests that it has now. */
  atOnce: number
  /** Requests that it had at the same time, at most. */
  mostAtOnce: number
  /** Media types of the requests. */
  readonly contentTypes: string[]
}

export function createRecord(): FakeRecord {
  return {
    requests: 0,
    faults: 0,
    answers: 0,
    durations: [],
    connections: 0,
    open: 0,
    atOnce: 0,
    mostAtOnce: 0,
    contentTypes: [],
  }
}
