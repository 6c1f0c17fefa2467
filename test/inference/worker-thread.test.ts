import assert from 'node:assert/strict'
import { DEFAULT_LIMITS } from '../../inference'
import { startWorkerThread, type WorkerThread } from '../../inference/worker-thread'
import { useFragileWorker } from '../helpers/use-fragile-worker'
import { useTinyModel } from '../helpers/use-tiny-model'

describe('a worker thread', () => {
  const tiny = useTinyModel()
  const workerFile = useFragileWorker()

  const start = (): Promise<WorkerThread> =>
    startWorkerThread({
      workerFile: workerFile(),
      models: [tiny().model],
      engine: 'onnx',
      decoder: 'sharp',
      limits: DEFAULT_LIMITS,
      maxBatch: 1,
    })

  it('tells how it ended, also whoever asks when it has', async () => {
    const thread = await start()
    const before = new Promise((resolve) => {
      thread.onExit(resolve)
    })
    await thread.kill()
    const after = new Promise((resolve) => {
      thread.onExit(resolve)
    })
    const told = 'a worker thread ended with code 1'
    assert.deepEqual(await Promise.all([before, after]), [told, told])
  })

  it('says so where it is asked for a model that it has not', async () => {
    const thread = await start()
    try {
      await assert.rejects(thread.load(1), /there is no model 1/)
      await assert.rejects(thread.run({ model: 1, photos: [], tops: [] }), /model 1 is not loaded/)
      assert.deepEqual(await thread.run({ model: 0, photos: [], tops: [] }), [])
    } finally {
      await thread.stop()
    }
  })
})
