import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { LABELS, loadModel } from '../../inference/index'
import { toNetworkFiles } from '../../model-training/artifact'
import { toCard } from '../../model-training/card'
import type { Origin } from '../../model-training/data/entry'
import { toPrettyJson } from '../../model-training/json'
import { countMacs } from '../../model-training/networks/count-macs'
import { createPhotoNet } from '../../model-training/networks/photo-net'
import { evaluate } from '../../model-training/evaluate'
import { createEntry, createPhotos } from './solid-photos'
import { withFolder } from './temporary-folder'
import { useBackend } from './use-backend'

const SIZE = 32
const NORMALISATION = { scale: 1 / 127.5, offset: -1 }

async function createFolder(origin: Origin = 'manifest') {
  const network = createPhotoNet({ size: SIZE, labelCount: 5, seed: 1, widthFactor: 0.125 })
  const photos = createPhotos(10, { size: SIZE, labels: 5, seed: 1 })
  const files = await toNetworkFiles(network)
  const card = toCard({
    name: 'tiny',
    licence: 'Apache-2.0',
    input: { width: SIZE, height: SIZE, ...NORMALISATION },
    network: { parameters: network.countParams(), macs: countMacs(network) },
    origin,
    entries: [
      createEntry({ tier: 'A', source: 'o/r' }),
      createEntry({ tier: 'A', source: 'o/r', split: 'val' }),
      createEntry({ tier: 'C', source: 'o/s', split: 'test' }),
    ],
    excluded: [{ file: 'food/cut.jpg', reason: 'damaged photo (CORRUPT_PHOTO)' }],
    training: {
      command: 'npm run train -- --data PHOTOS',
      method: 'from scratch',
      network: 'photo-net',
      seed: 1,
      epochs: 1,
      bestEpoch: 1,
      licenceTiers: ['A'],
      engine: { name: 'test', version: '0' },
      commit: 'uncommitted',
      minutes: 0,
    },
    evaluation: evaluate(network, photos, { ...NORMALISATION, split: 'test' }),
    files,
  })
  network.dispose()
  return { card, files: { ...files, 'card.json': toPrettyJson(card) } }
}

describe('the folder that training writes', () => {
  useBackend()

  it('is loaded by loadModel', async () => {
    const { card, files } = await createFolder()
    const model = await withFolder(files, loadModel)
    assert.equal(model.card.name, 'tiny')
    assert.equal(model.card.licence, 'Apache-2.0')
    assert.deepEqual(model.card.labels, LABELS)
    assert.deepEqual(model.card.input, { width: SIZE, height: SIZE, ...NORMALISATION })
    assert.equal(model.weights.byteLength, files['weights.bin'].byteLength)
    const whole = createHash('sha256').update(files['model.json']).update(files['weights.bin'])
    assert.equal(card.sha256, whole.digest('hex'))
  })

  it('holds the same bytes for the same network', async () => {
    assert.deepEqual(await createFolder(), await createFolder())
  })

  it('says what the data are and what was left out', async () => {
    const { data } = (await createFolder()).card
    assert.match(data.description, /2 public sources.*not Yelp’s photos/)
    assert.match(data.retraining ?? '', /npm run train -- --data .*Yelp Open Dataset/)
    assert.deepEqual(data.perLabel.food, { train: 1, val: 1, test: 1 })
    assert.deepEqual(data.licenceTiers.food, {
      A: { photos: 2, share: 0.6667, trainedPhotos: 1, trainedShare: 1 },
      C: { photos: 1, share: 0.3333, trainedPhotos: 0, trainedShare: 0 },
    })
    assert.deepEqual(data.sources, {
      'o/r': { photos: 2, licenceTiers: { A: 2 } },
      'o/s': { photos: 1, licenceTiers: { C: 1 } },
    })
    assert.deepEqual(data.excluded, {
      photos: 1,
      reasons: { 'damaged photo (CORRUPT_PHOTO)': 1 },
    })
  })

  it('says that photos are not Yelp’s only where they are not', async () => {
    const describeOf = async (origin: Origin) => (await createFolder(origin)).card.data.description
    const yelp = await describeOf('yelp')
    assert.match(yelp, /Yelp Open Dataset.*terms.*no business is in two parts/)
    assert.doesNotMatch(yelp, /not Yelp/)
    assert.match(await describeOf('folders'), /does not know their origin and licences/)
  })
})
