import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PhotosError } from '../../../bench/photos/folder'
import { readPhotosOptions, USAGE } from '../../../bench/photos/options'
import { readPhotoSet } from '../../../bench/photos/photo-set'
import type { ExpectedAnswers, PhotoFile } from '../../../bench/photos/photo-set'
import { loadPhotos } from '../../../bench/photos/photos'
import { UsageError } from '../../../bench/usage-error'
import { createFakeServer, toFakeAnswer } from '../../helpers/fake-target'
import type { FakeServer } from '../../helpers/fake-target'
import { runHarness } from '../../helpers/harness-process'
import { useFolders } from '../../helpers/measured'

const readJson = async <T>(folder: string, file: string): Promise<T> =>
  JSON.parse(await readFile(join(folder, file), 'utf8')) as T

describe('options of photos', () => {
  it('have the defaults of compare', () => {
    assert.deepEqual(readPhotosOptions(['--out', 'photos']), {
      ...{ out: 'photos', folder: undefined, size: undefined, seed: 1 },
      ...{ count: undefined, target: undefined },
    })
  })

  for (const [args, message] of [
    [[], /^--out is needed/],
    [['--out', 'a', '--size', 'huge'], /^--size accepts 400x300, 1600x1200, 12mp, not "huge"$/],
    [['--out', 'a', '--seed', 'x'], /^--seed accepts a whole number/],
    [['--out', 'a', '--count', '0'], /^--count accepts a whole number from 1 to 200, not "0"$/],
    [['--out', 'a', '--photos', ''], /^--photos accepts a folder, not ""$/],
    [['--out', 'a', '--target', 'here'], /^--target accepts a URL such as .*, not "here"$/],
    [['--out', 'a', '--colour', 'red'], /--colour/],
  ] as const) {
    it(`refuse ${args.join(' ') || 'none'}`, () => {
      assert.throws(
        () => readPhotosOptions(args),
        (error) => error instanceof UsageError && message.test(error.message),
      )
    })
  }
})

describe('npm run photos', () => {
  const newFolder = useFolders()
  let server: FakeServer
  before(async () => {
    server = await createFakeServer()
  })
  after(() => server.close())

  it('writes the photos that compare sends, and what a target answers to each', async () => {
    const out = join(await newFolder(), 'a', 'new folder')
    const args = ['--out', out, '--seed', '7', '--count', '3', '--target', server.baseUrl]
    const { exitCode, stdout, stderr } = await runHarness('photos', args)
    assert.deepEqual([exitCode, stderr], [0, ''])
    assert.match(stdout, /^3 photos, and what the target answers: .*\nrendered \(synthetic\) with/)
    const files = await readJson<readonly PhotoFile[]>(out, 'photos.json')
    const { photos } = await loadPhotos({ seed: 7, count: 3 })
    assert.deepEqual(
      files.map(({ sha256, contentType }) => ({ sha256, contentType })),
      photos.map(({ sha256, contentType }) => ({ sha256, contentType })),
    )
    for (const { file, sha256 } of files) {
      const bytes = await readFile(join(out, file))
      assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256)
      assert.match(file, new RegExp(`^00\\d-${sha256.slice(0, 16)}\\.jpg$`))
    }
    const { model, answers } = await readJson<ExpectedAnswers>(out, 'answers.json')
    assert.deepEqual(model, { name: 'fake', sha256: 'f'.repeat(64) })
    assert.deepEqual(
      answers,
      files.map(({ file }, at) => ({ file, ...toFakeAnswer(photos[at]!.bytes) })),
    )
    const set = await readPhotoSet(out)
    assert.deepEqual(
      set.photos.map(({ bytes }) => bytes),
      photos.map(({ bytes }) => bytes.byteLength),
    )
  })

  it('writes no answers where no target is asked', async () => {
    const out = await newFolder()
    const { exitCode } = await runHarness('photos', ['--out', out, '--count', '2'])
    assert.equal(exitCode, 0)
    const names = (await readdir(out)).map((name) => name.replace(/-.*\./, '.'))
    assert.deepEqual(names.sort(), ['000.jpg', '001.jpg', 'photos.json'])
    await assert.rejects(
      () => readPhotoSet(out),
      (error) => error instanceof PhotosError && /has no answers.json/.test(error.message),
    )
  })

  it('ends with 64, 65 or 69 where it cannot', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'mine.txt'), 'mine')
    const cases = [
      [['--out', folder, '--count', '1'], 64, /has something in it: name a new or empty folder/],
      [['--out', join(folder, 'x'), '--photos', join(folder, 'none')], 65, /does not exist/],
      [
        ['--out', join(folder, 'x'), '--count', '1', '--target', `${server.baseUrl}/no`],
        ...[0, /^1 photos/],
      ],
      [
        ['--out', join(folder, 'y'), '--count', '1', '--target', 'http://127.0.0.1:1'],
        ...[69, /^the target, without load, photo 1 of 1: no answer/],
      ],
      [['--help'], 0, /^Writes the photos/],
    ] as const
    for (const [args, status, said] of cases) {
      const { exitCode, stdout, stderr } = await runHarness('photos', args)
      assert.equal(exitCode, status, stderr)
      assert.match(stderr + stdout, said)
    }
    assert.ok(USAGE.split('\n').every(({ length }) => length <= 110))
  })
})

describe('a set of photos', () => {
  const newFolder = useFolders()

  it('is refused where its files were changed', async () => {
    const out = await newFolder()
    const refuse = (message: RegExp): Promise<void> =>
      assert.rejects(
        () => readPhotoSet(out),
        (error) => error instanceof PhotosError && message.test(error.message),
      )
    const write = (name: string, value: unknown): Promise<void> =>
      writeFile(join(out, name), JSON.stringify(value))
    await write('photos.json', [{ file: 'a.jpg', sha256: '0', contentType: 'image/jpeg' }])
    await write('answers.json', { model: null, answers: [{ file: 'b.jpg' }] })
    await refuse(/answers.json of .* is not of its photos: make it with npm run photos/)
    await write('answers.json', { model: null, answers: [] })
    await refuse(/has no photos or no answers in it/)
    await write('answers.json', { model: null, answers: [{ file: 'a.jpg' }] })
    await refuse(/has no a.jpg that can be read \(ENOENT\)/)
    await writeFile(join(out, 'a.jpg'), 'another')
    await refuse(/a.jpg of .* is not the photo of photos.json/)
    await writeFile(join(out, 'photos.json'), '[')
    await refuse(/photos.json of .* is no JSON/)
  })
})
