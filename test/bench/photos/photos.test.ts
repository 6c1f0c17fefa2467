import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { loadPhotos, PHOTO_SIZES } from '../../../bench/photos/photos'
import type { Photos, PhotoSize } from '../../../bench/photos/photos'
import { renderPixels } from '../../../bench/photos/render-photo'

const TEMPORARY = mkdtempSync(join(tmpdir(), 'bench-photos-'))
after(() => {
  rmSync(TEMPORARY, { recursive: true })
})
const newFolder = (): string => mkdtempSync(join(TEMPORARY, 'folder-'))
const hashesOf = ({ photos }: Photos): string[] => photos.map(({ sha256 }) => sha256)
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('rendered photos', () => {
  const cacheFolder = newFolder()

  it('are the same bytes for ever, by the renderer alone', () => {
    // Of the renderer when fixtures were first made with it: its output decides what figures were measured with.
    const hashes = [
      [400, 300, 1],
      [2000, 10, 7],
    ].map(([width = 0, height = 0, seed = 0]) =>
      sha256(Buffer.from(renderPixels({ width, height, seed }))),
    )
    assert.deepEqual(hashes, [
      '74c82ec0415fc90790ab3eda943a347ee454149a2b2ea1a30a77d299a855ee19',
      '58ca99f0a04393d8226458406756cff8dfdc87923ef55140799594d6d1973f9c',
    ])
  })

  it('are 20 different JPEGs of 400 x 300 unless told otherwise', async () => {
    const loaded = await loadPhotos({ seed: 7, cacheFolder })
    assert.equal(new Set(hashesOf(loaded)).size, 20)
    assert.equal(loaded.source, 'rendered (synthetic) with seed 7, 400 x 300, JPEG of quality 85')
    for (const photo of loaded.photos) {
      assert.equal(photo.contentType, 'image/jpeg')
      assert.equal(photo.sha256, sha256(photo.bytes))
      const { format, width, height } = await sharp(photo.bytes).metadata()
      assert.deepEqual([format, width, height], ['jpeg', 400, 300])
    }
  })

  for (const [size, count] of [
    ['1600x1200', 8],
    ['12mp', 4],
  ] as const satisfies (readonly [PhotoSize, number])[]) {
    it(`are ${count} of ${size}`, async () => {
      // The project's own cache: 12 MP take seconds.
      const { photos } = await loadPhotos({ seed: 1, size })
      assert.equal(photos.length, count)
      const { width, height } = await sharp(photos[0]?.bytes).metadata()
      assert.deepEqual({ width, height }, PHOTO_SIZES[size])
    })
  }

  it('are no more than asked for, and never so many that memory would run out', async () => {
    assert.equal((await loadPhotos({ seed: 1, count: 2, cacheFolder })).photos.length, 2)
    const many = await loadPhotos({ seed: 1, size: '12mp', count: 100 })
    assert.equal(many.photos.length, 4)
  })

  it('are decided by the seed', async () => {
    const load = (seed: number): Promise<Photos> =>
      loadPhotos({ seed, count: 2, cacheFolder: newFolder() })
    const [first, again, other] = [await load(1), await load(1), await load(2)]
    assert.deepEqual(hashesOf(first), hashesOf(again))
    assert.equal(new Set([...hashesOf(first), ...hashesOf(other)]).size, 4)
  })

  it('come from the cache the second time', async () => {
    const cache = newFolder()
    const first = await loadPhotos({ seed: 3, count: 2, cacheFolder: cache })
    const [set = ''] = readdirSync(cache)
    const [name = ''] = readdirSync(join(cache, set)).sort()
    // As sound as its name says, so that it is seen where it is from.
    const marked = Buffer.concat([readFileSync(join(cache, set, name)), Buffer.from('mark')])
    writeFileSync(join(cache, set, `000-${sha256(marked)}.jpg`), marked)
    rmSync(join(cache, set, name))
    const second = await loadPhotos({ seed: 3, count: 2, cacheFolder: cache })
    assert.equal(second.photos[0]?.sha256, sha256(marked))
    assert.equal(second.photos[1]?.sha256, first.photos[1]?.sha256)
  })

  it('are made again if what is in the cache is not sound', async () => {
    const cache = newFolder()
    const load = (): Promise<Photos> => loadPhotos({ seed: 4, count: 2, cacheFolder: cache })
    const first = await load()
    const [set = ''] = readdirSync(cache)
    const [name = '', other = ''] = readdirSync(join(cache, set)).sort()
    writeFileSync(join(cache, set, name), 'half a photo')
    assert.deepEqual(hashesOf(await load()), hashesOf(first))
    rmSync(join(cache, set, other))
    assert.deepEqual(hashesOf(await load()), hashesOf(first))
    assert.equal(readdirSync(join(cache, set)).length, 2)
  })

  it('may be asked for by several at the same time', async () => {
    const cache = newFolder()
    const loads = [1, 2, 3].map(() => loadPhotos({ seed: 5, count: 3, cacheFolder: cache }))
    const [first, ...others] = (await Promise.all(loads)).map(hashesOf)
    for (const other of others) assert.deepEqual(other, first)
    assert.deepEqual(
      readdirSync(cache).filter((name) => name.endsWith('.unfinished')),
      [],
    )
  })

  it('do not need a cache that can be written', async () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, '')
    const { photos } = await loadPhotos({ seed: 1, count: 1, cacheFolder: join(file, 'cache') })
    assert.equal(photos.length, 1)
  })

  it('do not fill the disk, however many seeds there are', async () => {
    const cache = newFolder()
    for (let seed = 0; seed < 10; seed++) await loadPhotos({ seed, count: 1, cacheFolder: cache })
    assert.equal(readdirSync(cache).length, 8)
  })
})

describe('photos of a folder', () => {
  const raw = { width: 60, height: 40, channels: 3 } as const
  const draw = (seed: number): sharp.Sharp => sharp(renderPixels({ ...raw, seed }), { raw })

  /** `b.jpeg`, `deep/down/a.txt` (a PNG), `deep/c` (a WebP), and what is no photo. */
  async function createFolder(): Promise<string> {
    const folder = newFolder()
    mkdirSync(join(folder, 'deep', 'down'), { recursive: true })
    writeFileSync(join(folder, 'b.jpeg'), await draw(1).jpeg().toBuffer())
    writeFileSync(join(folder, 'deep', 'down', 'a.txt'), await draw(2).png().toBuffer())
    writeFileSync(join(folder, 'deep', 'c'), await draw(3).webp().toBuffer())
    writeFileSync(join(folder, 'notes.jpg'), 'no photo at all')
    writeFileSync(join(folder, 'empty.jpg'), '')
    writeFileSync(join(folder, 'moving.gif'), await draw(4).gif().toBuffer())
    return folder
  }

  it('are found below it by their content, sorted, and sent as they are', async () => {
    const folder = await createFolder()
    const { photos, source } = await loadPhotos({ folder, seed: 1 })
    const files = ['b.jpeg', 'deep/c', 'deep/down/a.txt'].map((name) =>
      readFileSync(join(folder, name)),
    )
    assert.deepEqual(
      photos.map(({ bytes }) => bytes),
      files,
    )
    assert.deepEqual(
      photos.map(({ contentType }) => contentType),
      ['image/jpeg', 'image/webp', 'image/png'],
    )
    assert.equal(source, 'all of a folder, sent as they are')
  })

  it('are upright JPEGs that fill the size, if one is asked for', async () => {
    const folder = newFolder()
    // The left half is red once it is held upright: orientation 6 is a quarter turn clockwise.
    const red = { r: 255, g: 0, b: 0 }
    const half = await sharp({ create: { width: 200, height: 100, channels: 3, background: red } })
      .png()
      .toBuffer()
    const lying = await sharp({
      create: { width: 200, height: 300, channels: 3, background: '#00f' },
    })
      .composite([{ input: half, left: 0, top: 200 }])
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer()
    writeFileSync(join(folder, 'lying.png'), lying)
    const { photos, source } = await loadPhotos({ folder, size: '400x300', seed: 1 })
    assert.equal(source, 'all of a folder, cut to 400 x 300, JPEG of quality 85')
    assert.equal(photos[0]?.contentType, 'image/jpeg')
    const { data, info } = await sharp(photos[0].bytes).raw().toBuffer({ resolveWithObject: true })
    assert.deepEqual([info.width, info.height, info.format], [400, 300, 'raw'])
    const at = (x: number, y: number): number[] => [
      ...data.subarray((y * 400 + x) * 3).subarray(0, 3),
    ]
    const [left, right] = [at(20, 150), at(380, 150)]
    assert.ok(left[0]! > 200 && left[2]! < 60, `left ${left.join()}`)
    assert.ok(right[0]! < 60 && right[2]! > 200, `right ${right.join()}`)
    assert.equal((await sharp(photos[0].bytes).metadata()).orientation ?? 1, 1)
  })

  it('are chosen by the seed if there are more than asked for', async () => {
    const folder = newFolder()
    for (let seed = 0; seed < 12; seed++) {
      writeFileSync(join(folder, `${seed}.jpg`), await draw(seed).jpeg().toBuffer())
    }
    const load = (seed: number): Promise<Photos> => loadPhotos({ folder, seed, count: 4 })
    const [first, again, other] = [await load(1), await load(1), await load(2)]
    assert.equal(first.photos.length, 4)
    assert.deepEqual(hashesOf(first), hashesOf(again))
    assert.notDeepEqual(hashesOf(first), hashesOf(other))
    assert.equal(first.source, 'chosen with seed 1 from a folder, sent as they are')
    assert.match((await loadPhotos({ folder, seed: 1, count: 12 })).source, /^all of a folder/)
  })

  it('are 200 at most', async () => {
    const folder = newFolder()
    const photo = await draw(1).jpeg().toBuffer()
    for (let number = 0; number < 210; number++) {
      // Different bytes: after its end a JPEG may have anything.
      writeFileSync(join(folder, `${number}.jpg`), Buffer.concat([photo, Buffer.from([number])]))
    }
    for (const count of [undefined, 1000]) {
      const { photos } = await loadPhotos({ folder, seed: 1, count })
      assert.equal(photos.length, 200)
    }
  })

  it('may be links, and a link in a circle does not matter', async () => {
    const [folder, elsewhere] = [newFolder(), newFolder()]
    writeFileSync(join(elsewhere, 'a.jpg'), await draw(1).jpeg().toBuffer())
    symlinkSync(join(elsewhere, 'a.jpg'), join(folder, 'link.jpg'))
    symlinkSync(folder, join(folder, 'circle'))
    assert.equal((await loadPhotos({ folder, seed: 1 })).photos.length, 1)
  })

  it('have no name of a folder or a file in what is said of them', async () => {
    const folder = await createFolder()
    const { photos, source } = await loadPhotos({ folder, seed: 1 })
    assert.doesNotMatch(source, /folder-|bench-photos|jpeg\b/)
    for (const photo of photos) {
      assert.deepEqual(Object.keys(photo).sort(), ['bytes', 'contentType', 'sha256'])
    }
  })

  const refused = (options: Parameters<typeof loadPhotos>[0], message: RegExp): Promise<void> =>
    assert.rejects(loadPhotos(options), (error: Error) => {
      assert.equal(error.name, 'PhotosError')
      assert.match(error.message, message)
      assert.ok(!error.message.includes(TEMPORARY), error.message)
      return true
    })

  it('are refused if there is no such folder', async () => {
    const folder = join(newFolder(), 'none')
    await refused(
      { folder, seed: 1 },
      /^the folder of photos does not exist: give one that exists$/,
    )
  })

  it('are refused if the folder is a photo', async () => {
    const folder = join(newFolder(), 'a.jpg')
    writeFileSync(folder, await draw(1).jpeg().toBuffer())
    await refused({ folder, seed: 1 }, /is not a folder/)
  })

  it('are refused if there is none', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'notes.txt'), 'none here')
    await refused({ folder, seed: 1 }, /has no JPEG, PNG or WebP in it/)
  })

  for (const size of [undefined, '400x300'] as const) {
    it(`are refused with the name of one that is damaged, size ${size ?? 'as it is'}`, async () => {
      const folder = await createFolder()
      const photo = await draw(5).jpeg().toBuffer()
      writeFileSync(join(folder, 'deep', 'half.jpg'), photo.subarray(0, photo.length / 2))
      await refused({ folder, size, seed: 1 }, /^deep\/half\.jpg: the photo is damaged/)
    })

    it(`are refused with the name of one that is noise, size ${size ?? 'as it is'}`, async () => {
      const folder = newFolder()
      writeFileSync(join(folder, 'noise.png'), Buffer.from('\x89PNG\r\n\x1a\nnoise', 'latin1'))
      await refused({ folder, size, seed: 1 }, /^noise\.png: the photo is damaged/)
    })
  }

  it('are refused if this user may not read the folder or one of them', async () => {
    const folder = await createFolder()
    for (const shared of [TEMPORARY, folder]) chmodSync(shared, 0o755)
    chmodSync(join(folder, 'b.jpeg'), 0)
    await asNobody(() => refused({ folder, seed: 1 }, /^b\.jpeg may not be read by this user/))
    chmodSync(folder, 0)
    await asNobody(() =>
      refused({ folder, seed: 1 }, /^the folder of photos may not be read by this user/),
    )
    chmodSync(folder, 0o700)
  })

  it('are refused if a link leads nowhere', async () => {
    const folder = await createFolder()
    symlinkSync(join(folder, 'none.jpg'), join(folder, 'link.jpg'))
    await refused({ folder, seed: 1 }, /^link\.jpg does not exist/)
  })
})

/** Root may read everything, so where this is root it is somebody else meanwhile. */
async function asNobody(action: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return action()
  process.seteuid?.(65_534)
  try {
    await action()
  } finally {
    process.seteuid?.(0)
  }
}
