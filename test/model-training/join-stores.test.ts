import assert from 'node:assert/strict'
import { toPhotoStore } from '../../model-training/data/photo-store'
import { joinStores } from '../../model-training/join-stores'

/** Photos of 1 x 1 pixel. */
const store = (...values: number[]) =>
  toPhotoStore(
    values.map((value) => new Uint8Array([value, value, value])),
    1,
  )

describe('joinStores', () => {
  it("has the second's photos after the first's", () => {
    const joined = joinStores([store(1, 2), store(), store(3)])
    assert.deepEqual([joined.size, joined.count], [1, 3])
    const read = [0, 1, 2].map((place) => {
      const into = new Uint8Array(4)
      joined.read(place, into, 1)
      return [...into]
    })
    assert.deepEqual(read, [
      [0, 1, 1, 1],
      [0, 2, 2, 2],
      [0, 3, 3, 3],
    ])
    assert.throws(() => {
      joined.read(3, new Uint8Array(3))
    }, /no photo/)
    assert.throws(() => {
      joined.read(-1, new Uint8Array(3))
    }, /no photo/)
  })

  it('closes all of them', () => {
    const closed: number[] = []
    const spied = [store(1), store(2)].map((one, i) => ({ ...one, close: () => closed.push(i) }))
    joinStores(spied).close()
    assert.deepEqual(closed, [0, 1])
  })

  it('refuses photos of several sizes', () => {
    const larger = toPhotoStore([new Uint8Array(12)], 2)
    assert.throws(() => joinStores([store(1), larger]), /one size/)
    assert.throws(() => joinStores([]), /one size/)
  })
})
