import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { loadBackbone, type Backbone } from '../../model-training/backbone'
import { evaluate } from '../../model-training/evaluate'
import { createFeatureCache } from '../../model-training/feature-cache'
import { fitHeadOn, prepareTeacher } from '../../model-training/prepare-teacher'
import { createTransferNetwork } from '../../model-training/transfer-network'
import { mount, unmount, whyNoMount } from '../helpers/mounts'
import { skipUnless } from '../helpers/optional'
import { createPhotos } from './solid-photos'
import { withFolder } from './temporary-folder'
import { BACKBONE_SIZE, createBackboneFiles } from './tiny-backbone'
import { useBackend } from './use-backend'

const photos = createPhotos(50, { size: 40, labels: 5, seed: 1 })
const VIEWS = 2
const VIEWING = { seed: 1, smallestArea: 0.4, mixedShare: 0 }

/** A backbone, an empty folder for its features, and options over both. */
async function withBackbone(
  use: (options: ReturnType<typeof toOptions> & { readonly backbone: Backbone }) => Promise<void>,
): Promise<void> {
  await withFolder(await createBackboneFiles(), async (folder) => {
    const backbone = await loadBackbone(folder)
    await use({ ...toOptions(join(folder, 'features')), backbone })
    backbone.body.dispose()
  })
}

const toOptions = (folder: string) => {
  const told: string[] = []
  return {
    ...{ photos: photos.store, labels: photos.labels, folder, told },
    ...{ labelCount: 5, views: VIEWS, viewing: VIEWING },
    onProgress: (done: number, all: number) => void told.push(`${done}/${all}`),
  }
}

const findFeatures = async (folder: string): Promise<string[]> => {
  const [key = ''] = await readdir(folder)
  return (await readdir(join(folder, key))).map((file) => join(folder, key, file)).sort()
}

describe("a backbone's features", () => {
  useBackend()

  it('are computed once, one file a view, and told of', async () => {
    await withBackbone(async (options) => {
      await prepareTeacher(options)
      const files = await findFeatures(options.folder)
      assert.deepEqual(
        files.map((file) => file.split('/').at(-1)),
        ['view-0.f32', 'view-0.ms', 'view-1.f32', 'view-1.ms', 'whole.f32', 'whole.ms'],
      )
      const done = options.told.map((line) => Number(line.replace(/\/150$/, '')))
      assert.deepEqual(
        done,
        done.toSorted((a, b) => a - b),
      )
      assert.equal(done.at(-1), 150)
      const again = toOptions(options.folder)
      await prepareTeacher({ ...again, backbone: options.backbone })
      assert.deepEqual(again.told, [])
    })
  })

  it('are computed anew where a file is cut off, and go on where they were interrupted', async () => {
    await withBackbone(async (options) => {
      const cache = createFeatureCache(options)
      const before = await cache.read(0)
      const [file = ''] = await findFeatures(options.folder)
      await truncate(file, 100)
      assert.deepEqual(await createFeatureCache(options).read(0), before)
      assert.equal((await readFile(file)).byteLength, before.byteLength)
      await writeFile(`${file}.new`, 'half a view')
      assert.deepEqual(await createFeatureCache(options).read(0), before)
    })
  })

  it('have the time that they took beside them, for whoever finds them later', async () => {
    await withBackbone(async (options) => {
      const cache = createFeatureCache(options)
      for (const view of [undefined, 0, 1]) await cache.read(view)
      const files = (await findFeatures(options.folder)).filter((file) => file.endsWith('.ms'))
      const times = [7, 20, 300]
      for (const [i, file] of files.entries()) {
        assert.match(await readFile(file, 'utf8'), /^[1-9]\d*$/)
        await writeFile(file, String(times[i]))
      }
      assert.equal((await prepareTeacher(options)).featuresTime, 327)
      // As in caches of before times were kept.
      await rm(files[1] ?? '')
      assert.equal((await prepareTeacher(options)).featuresTime, undefined)
    })
  })

  it('are missed where they cannot be kept, with a word on what to do', async () => {
    await withBackbone(async (options) => {
      await writeFile(options.folder, 'a file in the way')
      await assert.rejects(createFeatureCache(options).read(0), {
        name: 'CacheError',
        message: /^a backbone’s features cannot be kept in .*: a file is in the way; remove it$/,
      })
    })
  })

  it('are missed on a read-only disk, with a word on where to start', async function () {
    skipUnless(this, whyNoMount())
    await withBackbone(async (options) => {
      await mkdir(options.folder)
      mount(options.folder, 'ro')
      try {
        const folder = join(options.folder, 'cache')
        await assert.rejects(createFeatureCache({ ...options, folder }).read(0), {
          name: 'CacheError',
          message: /^a backbone’s features cannot be kept in .*; start where you may write$/,
        })
      } finally {
        unmount(options.folder)
      }
    })
  })

  it('are others for other photos, views and normalisations', async () => {
    await withBackbone(async (options) => {
      const others = [
        options,
        { ...options, viewing: { ...VIEWING, seed: 2 } },
        { ...options, viewing: { ...VIEWING, smallestArea: 0.5 } },
        { ...options, viewing: { ...VIEWING, mixedShare: 1 } },
        { ...options, photos: createPhotos(50, { size: 40, labels: 5, seed: 2 }).store },
        { ...options, backbone: { ...options.backbone, scale: 1 / 255 } },
      ]
      const features = []
      for (const one of others) features.push((await createFeatureCache(one).read(0)).join())
      assert.equal(new Set(features).size, others.length)
      assert.equal((await readdir(options.folder)).length, others.length)
    })
  })

  it('of the whole photo are what the backbone gives for it', async () => {
    await withBackbone(async (options) => {
      const whole = createPhotos(3, { size: BACKBONE_SIZE, labels: 3, seed: 1 })
      const features = await createFeatureCache({ ...options, photos: whole.store }).read(undefined)
      const { body, scale, offset, width } = options.backbone
      const rgb = new Uint8Array(BACKBONE_SIZE ** 2 * 3)
      whole.store.read(2, rgb)
      const expected = tf.tidy(() => {
        const pixels = tf.tensor4d(Float32Array.from(rgb), [1, BACKBONE_SIZE, BACKBONE_SIZE, 3])
        return (body.predict(tf.add(tf.mul(pixels, scale), offset)) as tf.Tensor).dataSync()
      })
      assert.equal(features.length, 3 * width)
      const apart = expected.map((value, i) => Math.abs(value - features[2 * width + i]!))
      assert.ok(Math.max(...apart) < 1e-5)
    })
  })
})

describe('a teacher', () => {
  useBackend()

  it('knows the labels that its head was fitted on, and standardises its features', async () => {
    await withBackbone(async (options) => {
      const { teacher } = await prepareTeacher(options)
      const places = Array.from({ length: 50 }, (_, i) => i)
      const { features, logits } = (await teacher.open(3)).opinionOf(places)
      const [labels, spread] = tf.tidy(() => [
        tf.argMax(logits, 1).dataSync(),
        tf.mean(tf.square(features)).dataSync()[0]!,
      ])
      const right = photos.labels.filter((label, i) => labels[i] === label).length
      tf.dispose([features, logits])
      assert.ok(right >= 45, `${right} of 50`)
      assert.ok(spread > 0.3 && spread < 3, `${spread}`)
      assert.equal(teacher.width, options.backbone.width)
    })
  })

  it('has a head that no view of two photos was fitted on, as no label describes those', async () => {
    await withBackbone(async (options) => {
      const toHead = async (mixedShare: number, views: number) => {
        const { head } = await fitHeadOn({ ...options, views, viewing: { ...VIEWING, mixedShare } })
        return [[...head.kernel], [...head.bias]]
      }
      const onWholePhotos = await toHead(0, 0)
      assert.deepEqual(await toHead(1, VIEWS), onWholePhotos)
      assert.notDeepEqual(await toHead(0, VIEWS), onWholePhotos)
    })
  })

  it('shows its views in turn', async () => {
    await withBackbone(async (options) => {
      const { teacher } = await prepareTeacher(options)
      const opinion = async (view: number): Promise<string> => {
        const { features, logits } = (await teacher.open(view)).opinionOf([0, 7])
        const text = features.dataSync().join()
        tf.dispose([features, logits])
        return text
      }
      assert.equal(await opinion(0), await opinion(VIEWS))
      assert.notEqual(await opinion(0), await opinion(1))
    })
  })
})

describe('a transfer network', () => {
  useBackend()

  it('is the backbone with the fitted head', async () => {
    await withBackbone(async (options) => {
      const { head } = await fitHeadOn(options)
      const network = createTransferNetwork(options.backbone, head)
      const unseen = createPhotos(25, { size: BACKBONE_SIZE, labels: 5, seed: 9 })
      const { accuracy } = evaluate(network, unseen, {
        scale: 1 / 127.5,
        offset: -1,
        split: 'test',
      })
      assert.ok(accuracy.value >= 0.9, `${accuracy.value}`)
      assert.deepEqual(network.outputShape, [null, 5])
    })
  })
})
