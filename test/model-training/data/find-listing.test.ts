import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatasetError } from '../../../model-training/data/dataset-error'
import { findListing } from '../../../model-training/data/find-listing'
import { withFolder } from '../temporary-folder'
import { packGzippedTar, packTar, toYelpLine } from './yelp-set'

const OPTIONS = { tiers: ['A', 'B', 'D'] }

const LIST = [
  toYelpLine('a', 'b1', 'food'),
  toYelpLine('b', 'b2', 'menu'),
  toYelpLine('gone', 'b2', 'menu'),
  '{"photo_id": "c", ',
  '',
].join('\n')

const PHOTOS = { 'photos/a.jpg': 'A', 'photos/b.jpg': 'B', 'photos/unnamed.jpg': 'U' }

/** What Yelp's tar holds besides. */
const ASIDES = { '._photos.json': '', 'photos/._a.jpg': '', LICENSE: 'L', 'Agreement.pdf': 'P' }

const list = (files: Readonly<Record<string, string | Uint8Array>>, name = '.') =>
  withFolder(files, async (folder) => {
    const listing = await findListing(join(folder, name), OPTIONS)
    return { ...listing, path: listing.source.path.slice(folder.length) }
  })

async function refuses(
  files: Readonly<Record<string, string | Uint8Array>>,
  message: RegExp,
  name = '.',
) {
  await assert.rejects(list(files, name), (error: Error) => {
    assert.ok(error instanceof DatasetError, error.stack)
    assert.match(error.message, message)
    return true
  })
}

const EXCLUDED = [
  ['photos.json:4', 'broken line'],
  ['photos/unnamed.jpg', 'not in photos.json'],
]

describe('findListing', () => {
  it('reads Yelp’s list beside a folder of photos', async () => {
    const files = { 'photos.json': LIST, ...PHOTOS, LICENSE: '', 'photos.tar': 'not looked at' }
    const { origin, candidates, excluded, warnings } = await list(files)
    assert.equal(origin, 'yelp')
    assert.deepEqual(
      candidates.map(({ file, label, group }) => [file, label, group]),
      [
        ['photos/a.jpg', 'food', 'business b1'],
        ['photos/b.jpg', 'menu', 'business b2'],
        ['photos/gone.jpg', 'menu', 'business b2'],
      ],
    )
    assert.ok(
      candidates.every(({ source, tier }) => source === 'Yelp Open Dataset' && tier === 'Yelp'),
    )
    assert.deepEqual(
      excluded.map(({ file, reason }) => [file, reason]),
      EXCLUDED,
    )
    assert.deepEqual(warnings, [])
  })

  for (const [kind, toTar] of [
    ['plain', packTar],
    ['gzipped', packGzippedTar],
  ] as const) {
    it(`reads Yelp’s ${kind} tar by its own name, in its folder, and beside the list`, async () => {
      const tar = await toTar({ ...ASIDES, 'photos.json': LIST, ...PHOTOS })
      const bare = await toTar(PHOTOS)
      for (const [files, name, others] of [
        [{ 'any.name': tar }, 'any.name', 2],
        // Yelp's other download, of reviews, is no tar of photos.
        [{ 'yelp_photos.tar': tar, 'yelp_dataset.tar': 'reviews' }, '.', 2],
        [{ 'photos.json': LIST, 'yelp_photos.tgz': bare }, '.', 0],
      ] as const) {
        const { origin, candidates, excluded, warnings } = await list(files, name)
        assert.equal(origin, 'yelp')
        assert.equal(candidates.length, 3)
        assert.deepEqual(
          excluded.map(({ file, reason }) => [file, reason]),
          EXCLUDED,
        )
        assert.equal(warnings.length, others === 0 ? 0 : 1)
        if (others > 0) assert.match(warnings[0]!, /^2 files are no photos, such as Agreement\.pdf/)
      }
    })
  }

  it('reads the names that Yelp’s list had before, and photos in another folder of the tar', async () => {
    for (const name of ['photo.json', 'yelp_academic_dataset_photo.json']) {
      const tar = await packTar({
        [`yelp/${name}`]: LIST,
        'yelp/photos/a.jpg': '',
        'yelp/thumbs/a.jpg': '',
      })
      const { candidates, excluded } = await list({ 'x.tar': tar })
      assert.equal(candidates[0]?.file, 'yelp/photos/a.jpg')
      assert.ok(
        excluded.some(
          ({ file, reason }) => file === 'yelp/thumbs/a.jpg' && reason === `not in ${name}`,
        ),
      )
    }
  })

  it('says how many lines are empty', async () => {
    const { warnings } = await list({ 'photos.json': `\n${LIST}\n\n`, ...PHOTOS })
    assert.deepEqual(warnings, ['photos.json has 3 empty lines'])
  })

  it('reads a folder per label, at any depth, and names what is beside them', async () => {
    const { origin, candidates, excluded, warnings } = await list({
      'food/1.jpg': '',
      'food/more/2.jpg': '',
      'pets/3.jpg': '',
      'lost.JPG': '',
      'README.md': '',
      'old.tar': '',
    })
    assert.equal(origin, 'folders')
    assert.deepEqual(
      candidates.map(({ file, label, split }) => [file, label, split]),
      [
        ['food/1.jpg', 'food', undefined],
        ['food/more/2.jpg', 'food', undefined],
      ],
    )
    assert.deepEqual(excluded, [
      { file: 'lost.JPG', reason: 'in no folder of a label' },
      { file: 'pets/3.jpg', reason: 'unknown label "pets"' },
    ])
    assert.match(warnings.join(), /^old\.tar is not read/)
  })

  it('takes label, split, tier and source from a manifest', async () => {
    const header = 'file,label,split,group,source_repo,licence_tier,heldout_source'
    const { origin, candidates } = await list({
      'manifest.csv': `${header}\nx/1.jpg,food,test,7,o/r,D,yes\n`,
      'x/1.jpg': '',
    })
    assert.equal(origin, 'manifest')
    assert.deepEqual(candidates, [
      {
        file: 'x/1.jpg',
        label: 'food',
        split: 'test',
        group: '7',
        tier: 'D',
        source: 'o/r',
        heldoutSource: true,
      },
    ])
  })

  it('names rows of a manifest that cannot be used, and files that it does not name', async () => {
    const rows = [
      'file,label,split',
      'food/1.jpg,food,train',
      'pets/1.jpg,pets,train',
      'food/s.jpg,food,spare',
      '../food/x.jpg,food,train',
      '/etc/x.jpg,food,train',
      ',food,train',
    ]
    const files = ['food/1.jpg', 'food/new.jpg', 'extra/1.jpg', 'top.png']
    const { candidates, excluded } = await list({
      'manifest.csv': rows.join('\r\n'),
      'README.md': '',
      ...Object.fromEntries(files.map((file) => [file, ''])),
    })
    assert.deepEqual(
      candidates.map(({ file }) => file),
      ['food/1.jpg'],
    )
    assert.deepEqual(
      excluded.map(({ file, reason }) => [file, reason]),
      [
        ['pets/1.jpg', 'unknown label "pets"'],
        ['food/s.jpg', 'unknown split "spare"'],
        ['../food/x.jpg', 'path outside of the data folder'],
        ['/etc/x.jpg', 'path outside of the data folder'],
        ['', 'row without a file'],
        ['extra/1.jpg', 'unknown label "extra"'],
        ['food/new.jpg', 'not in the manifest'],
        ['top.png', 'not in the manifest'],
      ],
    )
  })

  it('does not read a folder in the folder that has a manifest of its own, and says so', async () => {
    const { candidates, excluded, warnings } = await list({
      'manifest.csv': 'file,label,split\nmore/1.jpg,food,train\n',
      'more/manifest.csv': 'file\n2.jpg\n',
      'more/1.jpg': '',
      'more/2.jpg': '',
      'more/deep/3.jpg': '',
      'more.jpg': '',
    })
    assert.deepEqual(
      candidates.map(({ file }) => file),
      ['more/1.jpg'],
    )
    assert.deepEqual(excluded, [{ file: 'more.jpg', reason: 'not in the manifest' }])
    assert.deepEqual(warnings, [
      'the 2 photos in more are not read, as it has a manifest.csv of its own',
    ])
  })

  it('learns only from the licence tiers asked for, never from C, and tests on all', async () => {
    const tiers = ['A', 'B', 'C', 'D', '']
    const rows = tiers.flatMap((tier) =>
      ['train', 'val', 'test'].map((split) => `${split}${tier}.jpg,food,${split},${tier}`),
    )
    const csv = ['file,label,split,licence_tier', ...rows].join('\n')
    await withFolder({ 'manifest.csv': csv }, async (folder) => {
      const { candidates, excluded } = await findListing(folder, { tiers: ['A', 'C'] })
      assert.deepEqual(candidates.map(({ file }) => file).sort(), [
        'test.jpg',
        'testA.jpg',
        'testB.jpg',
        'testC.jpg',
        'testD.jpg',
        'trainA.jpg',
        'valA.jpg',
      ])
      assert.ok(
        excluded.some(
          ({ file, reason }) =>
            file === 'trainC.jpg' && reason === 'licence tier C is not trained on',
        ),
      )
      assert.ok(
        excluded.some(
          ({ file, reason }) =>
            file === 'val.jpg' && reason === 'licence tier unknown is not trained on',
        ),
      )
    })
  })

  it('warns of groups that the manifest has in several parts', async () => {
    const csv =
      'file,label,split,group\na,food,train,1\nb,food,test,1\nc,food,val,2\nd,food,val,2\n'
    const { warnings } = await list({ 'manifest.csv': csv })
    assert.deepEqual(warnings, ['groups of the manifest that are in several parts: 1, such as 1'])
  })

  it('refuses what it cannot make sense of, and says what to do', async () => {
    await refuses({}, /nothing to be read at .*gone/, 'gone')
    await refuses({ 'a.jpg': '' }, /no photos in a form that is known.*photos\.json/)
    await refuses({ 'Yelp Photos.zip': '' }, /unpack Yelp Photos\.zip first/)
    await refuses({ 'photos.json': LIST }, /neither a folder "photos" nor a tar/)
    await refuses({ 'photos.json': LIST, 'manifest.csv': '' }, /manifest\.csv and photos\.json/)
    await refuses({ 'photo.json': LIST, 'photos.json': LIST }, /photo\.json and photos\.json/)
    await refuses({ 'a.tar': '', 'b.tar': '' }, /several tars, a\.tar, b\.tar/)
    await refuses({ 'photos.json': 'no\n', ...PHOTOS }, /no line that is a photo.*photos\.json:1/)
    await refuses({ 'photos.json': '', ...PHOTOS }, /no line that is a photo.*it is empty/)
    await refuses({ 'x.tar': await packTar(PHOTOS) }, /has no photos\.json/)
    await refuses({ 'manifest.csv': 'file,label\na,food\n' }, /no column "split"/)
  })

  it('refuses a single file that is no tar', async () => {
    await withFolder({}, async (folder) => {
      const path = join(folder, 'photo.jpg')
      await writeFile(path, 'JPEG')
      await assert.rejects(findListing(path, OPTIONS), /cannot be read as a tar/)
    })
  })
})
