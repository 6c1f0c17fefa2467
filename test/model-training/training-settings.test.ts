import assert from 'node:assert/strict'
import {
  CheckpointError,
  toBytes,
  toCheckpoint,
  type Settings,
} from '../../model-training/checkpoint'
import { createPaperCnn } from '../../model-training/networks/paper-cnn'
import { createPhotoNet } from '../../model-training/networks/photo-net'
import { RECIPE } from '../../model-training/recipe'
import { toSettings } from '../../model-training/training-settings'
import { createEntry } from './solid-photos'
import { useBackend } from './use-backend'

const PROGRESS = {
  ...{ log: [], weights: [], velocities: [], projection: [] },
  average: { weights: [], steps: 0 },
  best: { epoch: 1, weights: [] },
}

const toPhotos = (sha256: string) => {
  const entries = [createEntry({ file: 'food/1.png' })]
  return {
    dataset: { origin: 'folders' as const, entries, excluded: [], warnings: [] },
    fingerprints: new Map([['food/1.png', { sha256, looks: undefined }]]),
    unlabelled: undefined,
  }
}

const GIVEN = {
  options: { network: 'photo-net' as const, size: 32, epochs: 3, views: 2 },
  photos: toPhotos('aa'),
  engine: { name: 'test', version: '0' },
  backbone: undefined,
  learning: {
    ...{ trainingSize: 32, batchSize: 8, learningRate: 0.1, weightDecay: 0 },
    viewing: { seed: 1, smallestArea: 0.4, mixedShare: 0 },
  },
}

/** Of a network that is made for it, as each start of the program makes one. */
function settingsOf(
  given: Partial<typeof GIVEN> = {},
  { create = createPhotoNet, widthFactor = 0.125, seed = 1 } = {},
) {
  const network = create({ size: 32, labelCount: 5, seed, widthFactor })
  const settings = toSettings(network, { ...GIVEN, ...given })
  network.dispose()
  return settings
}

/** What a training is told that would go on with one of other settings; nothing if it may. */
function toRefusal(was: Settings, is: Settings): string {
  try {
    toCheckpoint(toBytes({ settings: was, trainingTime: 1, progress: PROGRESS }), is)
    return ''
  } catch (error) {
    assert.ok(error instanceof CheckpointError)
    return error.message
  }
}

describe('toSettings', () => {
  useBackend()

  for (const [name, create] of Object.entries({ createPhotoNet, createPaperCnn })) {
    it(`lets a training go on where nothing has changed: ${name}`, () => {
      assert.equal(toRefusal(settingsOf({}, { create }), settingsOf({}, { create })), '')
    })
  }

  it('refuses a network of another architecture that has the same name', () => {
    const message = toRefusal(settingsOf(), settingsOf({}, { widthFactor: 0.25 }))
    assert.equal(
      message,
      'the interrupted training had another architecture; leave --resume out to start anew',
    )
  })

  it('takes first weights of another seed for the same architecture', () => {
    assert.equal(toRefusal(settingsOf(), settingsOf({}, { seed: 2 })), '')
  })

  it('refuses another recipe, and a checkpoint of before there were any', () => {
    const settings = settingsOf()
    assert.match(toRefusal({ ...settings, recipe: RECIPE + 1 }, settings), /another recipe;/)
    const isNew = (key: string): boolean => ['recipe', 'architecture'].includes(key)
    const older = Object.fromEntries(Object.entries(settings).filter(([key]) => !isNew(key)))
    assert.match(toRefusal(older, settings), /another recipe, architecture;/)
  })

  it('refuses other photos, also where only what is in their files has changed', () => {
    const settings = settingsOf()
    assert.match(toRefusal(settingsOf({ photos: toPhotos('bb') }), settings), /another photos;/)
  })
})
