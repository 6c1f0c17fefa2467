import assert from 'node:assert/strict'
import { createPhotoNet } from '../../model-training/networks/photo-net'
import { runTraining } from '../../model-training/run-training'
import { createPhotos } from './solid-photos'
import { withFolder } from './temporary-folder'
import { useBackend } from './use-backend'

const SIZE = 16
const labelled = createPhotos(16, { size: 24, labels: 2, seed: 1 })

const OPTIONS = {
  lessons: { photos: labelled.store, labels: labelled.labels },
  validation: createPhotos(6, { size: SIZE, labels: 2, seed: 2 }),
  ...{ scale: 1 / 127.5, offset: -1, epochs: 3, patience: 9, seed: 1, batchSize: 8 },
  ...{ learningRate: 0.05, weightDecay: 1e-4, trainingSize: SIZE },
  viewing: { seed: 1, smallestArea: 0.4, mixedShare: 0 },
  settings: { seed: 1 },
}

/** Trains in a folder, and is stopped when something is said. */
async function runUntil(
  said: RegExp,
  given: { readonly folder: string; readonly resume: boolean },
) {
  const network = createPhotoNet({ size: SIZE, labelCount: 5, seed: 1, widthFactor: 0.125 })
  const controller = new AbortController()
  const lines: string[] = []
  const say = (line: string) => {
    lines.push(line)
    if (said.test(line)) controller.abort(new Error('stopped'))
  }
  const { signal } = controller
  const outcome = await runTraining(network, { ...OPTIONS, ...given, say, signal }).then(
    ({ progress }) => `${progress.log.length} epochs`,
    (error: unknown) => (error as Error).message,
  )
  network.dispose()
  return { lines, outcome }
}

describe('runTraining', () => {
  useBackend()

  it('is stopped within an epoch, says how to go on, and does so', async () => {
    await withFolder({}, async (folder) => {
      const { lines, outcome } = await runUntil(/^epoch 1\/3/, { folder, resume: false })
      assert.equal(outcome, 'stopped')
      assert.deepEqual(lines.slice(1), [
        'the same command with --resume goes on after epoch 1, the last one that is kept',
      ])
      const again = await runUntil(/never/, { folder, resume: true })
      assert.equal(again.outcome, '3 epochs')
      assert.deepEqual(
        again.lines.map((line) => line.split('  ')[0]),
        ['epoch 2/3', 'epoch 3/3'],
      )
    })
  })

  it('promises nothing where no epoch is kept', async () => {
    await withFolder({}, async (folder) => {
      const { lines, outcome } = await runUntil(/nothing to resume/, { folder, resume: true })
      assert.deepEqual([outcome, lines.length], ['stopped', 1])
    })
  })
})
