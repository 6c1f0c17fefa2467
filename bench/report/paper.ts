/**
 * What the paper measured: a Keras CNN (11 MB, 5 layers) as a function on Kubeless 1.0 and in a Docker container.
 * Its hardware, runtime and model are others than ours: its figures stand beside ours to be read, not subtracted.
 */
export const PAPER = {
  /** Mean of ten requests one after the other, ms. */
  sequence: {
    function: { predictionTime: 120, responseTime: 200 },
    container: { predictionTime: 100, responseTime: 130 },
  },
  /** 20 simultaneous requests to the function, mean over the group, ms; no errors. */
  groupOf20: { function: { mean: 965 } },
} as const
