import assert from 'node:assert/strict'
import { readInferenceConfig, readListenConfig } from '../../serving/config'

describe('readInferenceConfig', () => {
  it('has a default for everything, and the queue grows with the workers', () => {
    const { modelFolder, engine, decoder, maxBatch, limits } = readInferenceConfig({})
    assert.match(modelFolder, /inference.models.photo-net$/)
    assert.deepEqual(
      { engine, decoder, maxBatch, limits },
      {
        engine: 'auto',
        decoder: 'auto',
        maxBatch: 8,
        limits: { maxBytes: 10_000_000, maxPixels: 40_000_000, maxTimeMs: 10_000 },
      },
    )
    assert.equal(readInferenceConfig({ WORKERS: '3' }).maxQueue, 48)
  })

  it('takes an empty variable as one that is not set', () => {
    assert.equal(readInferenceConfig({ ENGINE: '', MAX_BATCH: ' ' }).maxBatch, 8)
  })

  for (const [name, value] of [
    ['WORKERS', '1.5'],
    ['WORKERS', '65'],
    ['MAX_BATCH', '-1'],
    ['MAX_QUEUE', '0'],
    ['MAX_TIME_MS', '1e3'],
    ['MAX_PHOTO_PIXELS', '0x10'],
    ['ENGINE', 'ONNX'],
  ] as const) {
    it(`refuses ${name}=${value} by its name`, () => {
      assert.throws(() => readInferenceConfig({ [name]: value }), {
        name: 'ConfigError',
        message: new RegExp(`^${name} must be .*"${value.replace('.', '\\.')}"$`),
      })
    })
  }
})

describe('readListenConfig', () => {
  it('listens to this machine only unless it is told otherwise', () => {
    assert.deepEqual(readListenConfig({}), { port: 8080, host: '127.0.0.1', logLevel: 'info' })
  })

  it("takes the port from the host's own variable", () => {
    assert.equal(readListenConfig({ PORT: '1', FUNC_PORT: '2' }, 'FUNC_PORT').port, 2)
  })
})
