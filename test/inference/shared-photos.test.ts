import assert from 'node:assert/strict'
import { createSharedPhotos } from '../../inference/shared-photos'

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)

describe('createSharedPhotos', () => {
  it('gives photos as they are, in memory that threads share', () => {
    const photos = [bytes(3, 1), bytes(0, 0), bytes(70_000, 2)]
    const shared = createSharedPhotos()(photos)
    assert.deepEqual(shared, photos)
    for (const { buffer } of shared) assert.ok(buffer instanceof SharedArrayBuffer)
  })

  it('uses the memory again, and takes more where photos are larger', () => {
    const share = createSharedPhotos()
    const [first] = share([bytes(10, 1)])
    const [second] = share([bytes(20, 2)])
    assert.equal(second?.buffer, first?.buffer)
    assert.deepEqual(first, bytes(10, 2))
    const [large] = share([bytes(100_000, 3)])
    assert.deepEqual(large, bytes(100_000, 3))
    assert.notEqual(large.buffer, first.buffer)
    assert.equal(share([bytes(10, 4)])[0]?.buffer, large.buffer)
  })

  it('does not keep memory for photos that are larger than most', () => {
    const share = createSharedPhotos()
    const [small] = share([bytes(10, 1)])
    const [huge] = share([bytes(17 * 1024 * 1024, 2)])
    assert.equal(huge?.length, 17 * 1024 * 1024)
    assert.equal(share([bytes(10, 3)])[0]?.buffer, small?.buffer)
  })
})
