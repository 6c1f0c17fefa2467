import { LoadError } from '../inference/index'
import { BackboneError } from './backbone'
import { CheckpointError } from './checkpoint'
import { CacheError } from './data/cache-error'
import { DatasetError } from './dataset'
import { DivergedError } from './diverged-error'
import { EngineError } from './engine'
import { OutputError } from './export/write-folder'
import { UsageError } from './options'

/** Those of sysexits.h; the usage explains them. */
const EXIT_CODES = [
  [UsageError, 64],
  [DatasetError, 65],
  [CheckpointError, 65],
  [BackboneError, 65],
  [EngineError, 69],
  [LoadError, 69],
  [DivergedError, 70],
  [CacheError, 73],
  [OutputError, 73],
] as const

/** What `npm run train` ends with; 1 is for what nobody foresaw. */
export function toExitCode(error: unknown): number {
  return EXIT_CODES.find(([kind]) => error instanceof kind)?.[1] ?? 1
}
