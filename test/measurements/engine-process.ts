import { loadEngine, loadModel } from '../../inference'
import type { EngineChoice } from '../../inference'

const PREDICTIONS = 200

/** Prints the CPU ms of one prediction by one engine, alone in this process: ENGINE MODEL_FOLDER as arguments. */
async function main([engineName, modelFolder]: readonly string[]): Promise<void> {
  const model = await loadModel(modelFolder ?? '')
  const engine = await loadEngine(model, engineName as EngineChoice)
  const { name, sha256, input } = model.card
  const { width, height } = input
  const cpuMs: Record<string, number> = {}
  for (const batch of [1, 8]) {
    const pixels = new Float32Array(batch * width * height * 3).fill(0.5)
    const predict = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await engine.predict(pixels, batch)
    }
    await predict(PREDICTIONS / 4)
    const before = process.cpuUsage()
    await predict(PREDICTIONS)
    const { user, system } = process.cpuUsage(before)
    cpuMs[`batch${batch}`] = (user + system) / 1000 / PREDICTIONS
  }
  process.stdout.write(
    JSON.stringify({
      model: { name, sha256 },
      name: engine.name,
      version: engine.version,
      cpuMs,
    }),
  )
}

void main(process.argv.slice(2))
