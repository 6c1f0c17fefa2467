import assert from 'node:assert/strict'
import { goodPhotos } from '../../fixtures/good-photos'
import { POOLS } from './conditions'
import type { PoolName, Work } from './conditions'
import { copyOf } from './keep-busy'
import { startPhotoPool } from './photo-pool'
import type { PhotoPool } from './photo-pool'
import { measureAlone } from './pools'

const NAMES = Object.keys(POOLS) as PoolName[]
const THREADED = NAMES.filter((name) => name !== 'none')

async function withPool<Value>(
  options: { readonly pool: PoolName; readonly work: Work; readonly threads?: number },
  use: (pool: PhotoPool) => Promise<Value>,
): Promise<Value> {
  const pool = await startPhotoPool({ threads: 1, ...options })
  try {
    return await use(pool)
  } finally {
    await pool.close()
  }
}

describe('the pools that are compared', () => {
  let photos: readonly Uint8Array[]
  before(async () => {
    photos = (await goodPhotos()).slice(0, 3).map(({ bytes }) => bytes)
  })

  it('say the same of the same photos', async () => {
    const all = []
    for (const pool of THREADED) {
      const predictions = await withPool({ pool, work: 'classify' }, ({ classify }) =>
        Promise.all(photos.flatMap((photo) => [classify(copyOf(photo)), classify(copyOf(photo))])),
      )
      all.push(predictions)
    }
    const [ours, ...others] = all
    assert.equal(ours?.length, 6)
    assert.equal(others.length, 3)
    for (const other of others) assert.deepEqual(other, ours)
    const sum = Object.values(ours[0]!.probabilities).reduce((total, value) => total + value, 0)
    assert.ok(Math.abs(sum - 1) < 1e-3)
  })

  for (const pool of NAMES) {
    it(`answer without work: ${pool}`, async () => {
      const photo = copyOf(photos[0]!)
      const others = Array.from({ length: 20 }, () => copyOf(photos[0]!))
      const answers = await withPool({ pool, work: 'idle', threads: 2 }, ({ classify }) =>
        Promise.all([photo, ...others].map(classify)),
      )
      assert.deepEqual(new Set(answers.map(({ label }) => label)), new Set(['food']))
      // What was transferred is no longer there.
      assert.equal(photo.length, pool === 'transferred' ? 0 : photos[0]!.length)
    })

    it(`look at each photo's length: ${pool}`, async () => {
      await withPool({ pool, work: 'idle' }, async ({ classify }) => {
        await assert.rejects(classify(copyOf(new Uint8Array())), /no bytes/)
      })
    })
  }

  it('are measured each in a process of its own', async () => {
    for (const pool of ['ours', 'transferred'] as const) {
      const condition = {
        pool,
        work: 'idle',
        threads: 2,
        photo: 'small-1.jpg',
        photos: 40,
      } as const
      const cost = await measureAlone(condition, photos[0]!)
      assert.ok(cost.cpuMs > 0 && cost.photosPerSecond > 0, JSON.stringify(cost))
    }
  })

  it('do not go unnoticed when they fail', async () => {
    const condition = { pool: 'ours', work: 'idle', threads: 1, photo: '', photos: 2 } as const
    await assert.rejects(measureAlone(condition, new Uint8Array()), /no bytes/)
  })
})
