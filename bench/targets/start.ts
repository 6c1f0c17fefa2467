import type { TargetFacts } from '../run'
import type { LogLine } from './program-log'

/** What a program of ours tells of itself when it has loaded its model. */
export type Start = Pick<TargetFacts, 'model' | 'engine' | 'decoder' | 'workers' | 'startToReadyMs'>

/** Picks it out of the line of its log with msg "ready" or "loaded". */
export function toStart(told: LogLine): Start {
  const { model, sha256, engine, decoder, workers, startToReadyMs } = told
  const isModel = typeof model === 'string' && typeof sha256 === 'string'
  return {
    model: isModel ? { name: model, sha256 } : null,
    engine: typeof engine === 'string' ? engine : null,
    decoder: typeof decoder === 'string' ? decoder : null,
    workers: typeof workers === 'number' ? workers : null,
    startToReadyMs: typeof startToReadyMs === 'number' ? startToReadyMs : null,
  }
}
