import { workerData } from 'node:worker_threads'
import { DEFAULT_LIMITS, loadDecoder, loadEngine, loadModel, warmUp } from '../../../inference'
import { createClassifier } from '../../../inference/classify'
import type { PhotoOutcome } from '../../../inference/classify'

/** What piscina calls in its threads, by this name; it waits for it before it hands over a photo. */
export const classify = load(workerData as string)

/** The core as inference/worker.ts loads it, for one photo a task. */
async function load(modelFolder: string): Promise<(photo: Uint8Array) => Promise<PhotoOutcome>> {
  const model = await loadModel(modelFolder)
  const [engine, decoder] = await Promise.all([loadEngine(model, 'onnx'), loadDecoder()])
  await warmUp(model, engine, 1)
  const classifyBatch = createClassifier({ model, engine, decoder, limits: DEFAULT_LIMITS })
  return async (photo) => (await classifyBatch([photo]))[0]!
}
