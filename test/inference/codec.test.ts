import assert from 'node:assert/strict'
import { createCodec, type Decode } from '../../inference/decoders/codec'

const photo = (value: number): Uint8Array => Uint8Array.of(value)
const BROKEN = 255

/** Instances that break at a broken photo; `log` tells which instance got which photo. */
function createStart() {
  const log: string[] = []
  let instances = 0
  const start = (): Promise<Decode> => {
    const instance = (instances += 1)
    let broken = false
    return Promise.resolve(async ([value = 0]) => {
      log.push(`${String(instance)}:${broken ? 'broken' : String(value)}`)
      broken = value === BROKEN
      // Leaves time for others to come in between.
      await Promise.resolve()
      if (broken) throw new Error('broken')
      return { data: photo(value), width: 1, height: 1, channels: 3 }
    })
  }
  return { start, log, started: () => instances }
}

describe('createCodec', () => {
  it('starts before the first photo and keeps its instance while photos are sound', async () => {
    const { start, log, started } = createStart()
    const decode = await createCodec(start)
    assert.equal(started(), 1)
    const rasters = await Promise.all([1, 2, 3].map((value) => decode(photo(value))))
    assert.deepEqual(
      rasters.map(({ data }) => data[0]),
      [1, 2, 3],
    )
    assert.deepEqual(log, ['1:1', '1:2', '1:3'])
  })

  it('starts anew after a failure, before the next photo of those that came together', async () => {
    const { start, log } = createStart()
    const decode = await createCodec(start)
    const values = [1, BROKEN, 2, BROKEN, BROKEN, 3]
    const outcomes = await Promise.allSettled(values.map((value) => decode(photo(value))))
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.data[0] : BROKEN)),
      values,
    )
    assert.deepEqual(log, ['1:1', '1:255', '2:2', '2:255', '3:255', '4:3'])
  })

  it('fails where it cannot start, and tries again with the next photo', async () => {
    const { start } = createStart()
    await assert.rejects(
      createCodec(() => Promise.reject(new Error('no memory'))),
      /no memory/,
    )
    const starts = [start, () => Promise.reject(new Error('no memory')), start]
    const decode = await createCodec(() => starts.shift()?.() ?? assert.fail('one start too many'))
    await assert.rejects(decode(photo(BROKEN)), /broken/)
    await assert.rejects(decode(photo(1)), /no memory/)
    assert.deepEqual((await decode(photo(2))).data, photo(2))
  })
})
