import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { toModelSha256 } from '../../inference/index'
import { toNetworkFiles } from '../../model-training/artifact'
import { BackboneError, loadBackbone } from '../../model-training/backbone'
import { skipUnless } from '../helpers/optional'
import { withFolder } from './temporary-folder'
import { BACKBONE_SIZE, createBackboneFiles } from './tiny-backbone'
import { useBackend } from './use-backend'

const BACKBONES = process.env['BACKBONES_DIR']

const refuses = (files: Record<string, string | Uint8Array>, message: RegExp) =>
  withFolder(files, (folder) =>
    assert.rejects(loadBackbone(folder), (error: unknown) => {
      assert.ok(error instanceof BackboneError)
      assert.match(error.message, message)
      return true
    }),
  )

const toFiles = async (...layers: tfl.layers.Layer[]) => {
  const network = tfl.sequential({ layers })
  const files = await toNetworkFiles(network)
  network.dispose()
  return { ...files }
}

describe('loadBackbone', () => {
  useBackend()

  it('cuts a network after its features', async () => {
    await withFolder(await createBackboneFiles(), async (folder) => {
      const { body, size, width, scale, offset, sha256 } = await loadBackbone(folder)
      assert.deepEqual(
        { size, width, scale, offset },
        { size: BACKBONE_SIZE, width: 128, scale: 1 / 127.5, offset: -1 },
      )
      assert.match(sha256, /^[0-9a-f]{64}$/)
      const shape = tf.tidy(() => (body.predict(tf.zeros([2, size, size, 3])) as tf.Tensor).shape)
      assert.deepEqual(shape, [2, 128])
    })
  })

  it('tells one backbone from another', async () => {
    const sums = [1, 1, 2].map(async (seed) =>
      withFolder(
        await createBackboneFiles(seed),
        async (folder) => (await loadBackbone(folder)).sha256,
      ),
    )
    const [first, again, other] = await Promise.all(sums)
    assert.equal(again, first)
    assert.notEqual(other, first)
  })

  it('takes the normalisation of a card', async () => {
    const card = JSON.stringify({ input: { scale: 1 / 255, offset: 0 } })
    await withFolder({ ...(await createBackboneFiles()), 'card.json': card }, async (folder) => {
      const { scale, offset } = await loadBackbone(folder)
      assert.deepEqual({ scale, offset }, { scale: 1 / 255, offset: 0 })
    })
  })

  it('refuses a card that says what a backbone cannot have', async () => {
    const files = await createBackboneFiles()
    const refusesInput = (input: object, message: RegExp) =>
      refuses({ ...files, 'card.json': JSON.stringify({ input }) }, message)
    await refusesInput(
      { scale: 1, offset: 0, channelOrder: 'bgr' },
      /takes red, green and blue, in this order[^]*input\.channelOrder/,
    )
    await refusesInput({ scale: [1, 2, 3], offset: 0 }, /takes one number here[^]*input\.scale/)
    await refusesInput({ scale: 1, offset: [1, 2, 3] }, /takes one number here[^]*input\.offset/)
  })

  it('verifies the files that the card has sums of', async () => {
    const files = await createBackboneFiles()
    const toCard = (sums: object) =>
      JSON.stringify({ input: { scale: 1, offset: 0, channelOrder: 'rgb' }, files: sums })
    const sums = Object.fromEntries(
      Object.entries(files).map(([file, bytes]) => [file, toModelSha256([bytes])]),
    )
    await withFolder({ ...files, 'card.json': toCard(sums) }, loadBackbone)
    for (const file of Object.keys(files)) {
      const card = toCard({ ...sums, [file]: '0'.repeat(64) })
      await refuses(
        { ...files, 'card.json': card },
        new RegExp(`${file} is damaged, or not the one`),
      )
    }
  })

  it('says what is wrong with a folder', async () => {
    const files = await createBackboneFiles()
    await refuses({}, /model\.json cannot be read/)
    await refuses({ ...files, 'model.json': '{' }, /model\.json is not JSON/)
    const modelTopology = { node: [], versions: {} }
    const graph = JSON.stringify({ modelTopology, weightsManifest: [] })
    await refuses({ 'model.json': graph }, /is a graph model, which cannot be cut/)
    const other = JSON.stringify({ modelTopology: {}, weightsManifest: 1 })
    await refuses({ 'model.json': other }, /model\.json is not as expected:[^]*weightsManifest/)
    await refuses({ 'model.json': files['model.json']! }, /weights\.bin cannot be read/)
    const outside = Buffer.from(files['model.json']!)
      .toString()
      .replace('"weights.bin"', '"../weights.bin"')
    await refuses({ ...files, 'model.json': outside }, /plain file name/)
    await refuses(
      { ...files, 'weights.bin': files['weights.bin']!.subarray(0, 100) },
      /cannot be loaded/,
    )
    await refuses({ ...files, 'card.json': '{}' }, /card\.json is not as expected/)
    await refuses({ ...files, 'card.json': '{' }, /card\.json is not JSON/)
  })

  it('says what a network lacks', async () => {
    const conv = tfl.layers.conv2d({ inputShape: [8, 8, 3], filters: 2, kernelSize: 3 })
    await refuses(await toFiles(conv), /no layer "features" and no global average pooling/)
    const gray = tfl.layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3 })
    const pooling = tfl.layers.globalAveragePooling2d({})
    await refuses(await toFiles(gray, pooling), /one square RGB photo/)
  })

  it('finds the features of real ones', async function () {
    skipUnless(this, BACKBONES === undefined ? 'BACKBONES_DIR is not set' : undefined)
    const { size, width } = await loadBackbone(`${BACKBONES}/mobilenet_v2_1.0_224`)
    assert.deepEqual({ size, width }, { size: 224, width: 1280 })
  })
})
