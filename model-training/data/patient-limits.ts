import { DEFAULT_LIMITS } from '../../inference/index'

/** Serving's, but for the time: a busy machine must not decide which photos are learnt from or tested on. */
export const PATIENT_LIMITS = { ...DEFAULT_LIMITS, maxTimeMs: 120_000 }
