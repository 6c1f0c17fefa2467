import assert from 'node:assert/strict'
import { measureNativeDecode, toDenominator } from './floor'

describe('the floor of decoding', () => {
  const target = { width: 128, height: 128 }

  it('is at the smallest size that covers the target', () => {
    assert.equal(toDenominator({ width: 400, height: 300 }, target), 2)
    assert.equal(toDenominator({ width: 4032, height: 3024 }, target), 8)
    assert.equal(toDenominator({ width: 1024, height: 512 }, target), 4)
    assert.equal(toDenominator({ width: 4032, height: 255 }, target), 1)
  })

  it('is told to be missing, and how to get it, where there is no Python', () => {
    const path = process.env['PATH']
    process.env['PATH'] = ''
    try {
      const { state, ...others } = measureNativeDecode(new Uint8Array(), 2)
      assert.equal(state, 'unavailable')
      assert.match(JSON.stringify(others), /libturbojpeg0/)
    } finally {
      process.env['PATH'] = path
    }
  })
})
