import assert from 'node:assert/strict'
import { join } from 'node:path'
import { readInferenceConfig, readListenConfig } from '../../serving/config'

describe('readInferenceConfig', () => {
  it('has a default for everything, and the queue grows with the workers', () => {
    const { modelFolders, engine, decoder, maxBatch, limits } = readInferenceConfig({})
    assert.equal(modelFolders.length, 1)
    assert.match(modelFolders[0], /inference.models.photo-net$/)
    assert.deepEqual(
      { engine, decoder, maxBatch, limits },
      {
        engine: 'auto',
        decoder: 'auto',
        maxBatch: 4,
        limits: { maxBytes: 10_000_000, maxPixels: 40_000_000, maxTimeMs: 10_000 },
      },
    )
    assert.equal(readInferenceConfig({ WORKERS: '1' }).maxQueue, 32)
    assert.equal(readInferenceConfig({ WORKERS: '3' }).maxQueue, 48)
  })

  it('takes several models, the first of which is the default', () => {
    const { modelFolders } = readInferenceConfig({ MODEL: ' one, two ,three', MODELS_FOLDER: 'm' })
    assert.deepEqual(modelFolders, [join('m', 'one'), join('m', 'two'), join('m', 'three')])
  })

  for (const [value, message] of [
    ['one,,two', 'MODEL must be names separated by commas, it is "one,,two"'],
    [',', 'MODEL must be names separated by commas, it is ","'],
    ['one,two,one', 'MODEL must name each only once, it is "one,two,one": one is there twice'],
  ] as const) {
    it(`refuses MODEL=${value}`, () => {
      assert.throws(() => readInferenceConfig({ MODEL: value }), { name: 'ConfigError', message })
    })
  }

  it('takes an empty variable as one that is not set', () => {
    assert.equal(readInferenceConfig({ ENGINE: '', MAX_BATCH: ' ' }).maxBatch, 4)
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
    assert.deepEqual(readListenConfig({}), {
      ...{ port: 8080, host: '127.0.0.1', logLevel: 'info', stopDelayMs: 0 },
    })
  })

  it('leaves time to stop within what Kubernetes gives', () => {
    assert.equal(readListenConfig({ STOP_DELAY_MS: '5000' }).stopDelayMs, 5000)
    assert.throws(() => readListenConfig({ STOP_DELAY_MS: '20001' }), /STOP_DELAY_MS .* 0 to 20000/)
  })

  it("takes the port from the host's own variable", () => {
    assert.equal(readListenConfig({ PORT: '1', FUNC_PORT: '2' }, 'FUNC_PORT').port, 2)
  })
})
