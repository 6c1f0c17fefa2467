import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DecodersMeasurement } from './decoders'
import type { EnginesMeasurement } from './engines'
import type { OfModel } from './report'
import type { ServingMeasurement } from './serving'

const CORE = join(__dirname, '../../results/core')

/** What every report on the core has, as it is committed, and where the first of it was made. */
export function readCommittedCore() {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(join(CORE, `${name}.json`), 'utf8'))
  const measured = {
    serving: read('serving') as ServingMeasurement & OfModel,
    engines: read('engines') as EnginesMeasurement & OfModel,
    decoders: read('decoders') as DecodersMeasurement & OfModel,
  }
  const { command, commit, node, platform, cpu, cpus, model } = measured.serving
  return { measured, made: { command, commit, node, platform, cpu, cpus, model } }
}
