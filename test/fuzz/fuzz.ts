import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { PhotoError, STATUS } from '../../inference'
import type { Pool } from '../../inference/pool'
import type { Classification } from '../../inference/prediction'
import { mutated } from './mutate'

interface FuzzOptions {
  readonly pool: Pool
  /** What is changed. */
  readonly photos: readonly Uint8Array[]
  /** A photo that goes along with every burst, whose answer must not change. */
  readonly sound: Uint8Array
  readonly seconds: number
  readonly seed: number
}

interface FuzzReport {
  readonly classified: number
  readonly refused: number
}

/** What an answer was not. */
class Surprise extends Error {
  override readonly name = 'Surprise'
}

const LARGEST_BURST = 6

/**
 * Sends bursts of noise and of changed photos to a pool until the time is up. Each must be classified or refused for
 * the sender's fault, and the sound photo among them must be answered as ever.
 *
 * @throws Error naming the seed and the folder in which it left the burst that made the surprise
 */
export async function fuzz({
  pool,
  photos,
  sound,
  seconds,
  seed,
}: FuzzOptions): Promise<FuzzReport> {
  const report = { classified: 0, refused: 0 }
  const expected = await pool.classify(sound)
  const bursts = fc.array(mutated(photos), { minLength: 1, maxLength: LARGEST_BURST })
  const property = fc.asyncProperty(bursts, async (burst) => {
    const answers = await Promise.allSettled([...burst, sound].map((photo) => pool.classify(photo)))
    const last = answers.pop()
    for (const answer of answers) {
      if (answer.status === 'rejected') assertRefused(answer.reason)
      else assertClassified(answer.value)
      report[answer.status === 'rejected' ? 'refused' : 'classified'] += 1
    }
    if (last?.status !== 'fulfilled')
      throw new Surprise('the sound photo was refused', { cause: last })
    assertEqual(last.value, expected)
  })
  const run = await fc.check(property, {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: seconds * 1000,
    // A smaller burst would take long to find and tell little.
    endOnFailure: true,
  })
  if (!run.failed || run.counterexample === null) return report
  const folder = await keep(run.counterexample[0])
  const message = `FUZZ_SEED=${String(seed)} made a surprise, its burst is in ${folder}`
  throw new Error(message, { cause: run.errorInstance })
}

function assertRefused(reason: unknown): void {
  if (reason instanceof PhotoError && STATUS[reason.code] < 500) return
  throw new Surprise('a photo was refused for a fault that is not its sender’s', { cause: reason })
}

function assertClassified({ prediction }: Classification): void {
  const sum = Object.values(prediction.probabilities).reduce((total, value) => total + value, 0)
  if (Math.abs(sum - 1) < 1e-4) return
  throw new Surprise(`probabilities sum to ${String(sum)}`)
}

function assertEqual(actual: Classification, expected: Classification): void {
  for (const [label, probability] of Object.entries(expected.prediction.probabilities)) {
    const difference = Math.abs(probability - (actual.prediction.probabilities[label] ?? NaN))
    if (!(difference < 1e-5)) {
      throw new Surprise(`the sound photo is answered otherwise, by ${String(difference)}`)
    }
  }
}

async function keep(burst: readonly Uint8Array[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-twin-fuzz-'))
  for (const [at, photo] of burst.entries()) await writeFile(join(folder, String(at)), photo)
  return folder
}
