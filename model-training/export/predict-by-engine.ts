import { loadEngine, type EngineName, type Model } from '../../inference/index'
import type { PixelBatch } from './pixel-batches'

/**
 * Predicts photos as serving does.
 *
 * @returns the probabilities of each photo, [labels]
 * @throws LoadError MODEL_INVALID or ENGINE_UNAVAILABLE
 */
export async function predictByEngine(
  model: Model,
  name: EngineName,
  batches: Iterable<PixelBatch>,
): Promise<Float32Array[]> {
  const engine = await loadEngine(model, name)
  const labels = model.card.labels.length
  const rows: Float32Array[] = []
  try {
    for (const { pixels, photos } of batches) {
      const all = await engine.predict(pixels, photos)
      for (let i = 0; i < photos; i += 1) rows.push(all.slice(i * labels, (i + 1) * labels))
    }
    return rows
  } finally {
    await engine.close()
  }
}
