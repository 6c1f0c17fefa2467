import assert from 'node:assert/strict'
import sharp, { type Sharp } from 'sharp'
import { renderPixels } from '../../bench/photos/render-photo'
import { DEFAULT_LIMITS, type DecoderName } from '../../inference'
import { CODECS_FOLDER } from '../../inference/decoder'
import { createPool, type Pool } from '../../inference/pool'
import { useFragileWorker } from '../helpers/use-fragile-worker'
import { useTinyModel } from '../helpers/use-tiny-model'
import { fuzz } from './fuzz'

const DECODERS: readonly DecoderName[] = ['turbo', 'sharp', 'wasm']
/** FUZZ_SECONDS for all decoders together; FUZZ_SEED repeats what a failure printed. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 5)
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const SIZE = { width: 48, height: 36 }
/** Decoders that keep what they fail at reach this within seconds. */
const MAX_GROWTH_BYTES = 500e6

describe('any bytes', () => {
  const tiny = useTinyModel()
  const workerFile = useFragileWorker()
  let pool: Pool | undefined
  afterEach(() => pool?.close())

  for (const decoder of DECODERS) {
    it(`are classified or refused, and change nothing for others, with ${decoder}`, async function () {
      this.timeout(SECONDS * 1000 + 60_000)
      console.log(`      FUZZ_SEED=${String(SEED)}`)
      pool = await createPool({
        workerFile: workerFile(),
        models: [tiny().model],
        engine: 'onnx',
        decoder,
        codecsFolder: CODECS_FOLDER,
        // What claims more than this would take most of the time.
        limits: { ...DEFAULT_LIMITS, maxPixels: 4_000_000 },
        maxBatch: 4,
        workers: 2,
        maxQueue: 100,
      })
      const photos = await createPhotos()
      const seconds = SECONDS / DECODERS.length
      const before = process.memoryUsage().rss
      const options = { pool, photos, sound: photos[0]!, seconds, seed: SEED }
      const { classified, refused } = await fuzz(options)
      const grown = process.memoryUsage().rss - before
      console.log(`      ${String(classified)} classified, ${String(refused)} refused`)
      assert.ok(grown < MAX_GROWTH_BYTES, `grew by ${String(grown)} bytes`)
      assert.ok(classified > 0 && refused > 0)
    })
  }
})

/** Small photos of every kind, as most bytes of large ones do the same. */
function createPhotos(): Promise<Buffer[]> {
  const draw = (seed: number): Sharp =>
    sharp(renderPixels({ ...SIZE, seed }), { raw: { ...SIZE, channels: 3 } })
  return Promise.all([
    draw(1).jpeg().toBuffer(),
    draw(2).jpeg({ progressive: true }).toBuffer(),
    draw(3).jpeg({ chromaSubsampling: '4:4:4' }).withMetadata({ orientation: 6 }).toBuffer(),
    draw(4).toColourspace('b-w').jpeg().toBuffer(),
    draw(5).toColourspace('cmyk').jpeg().toBuffer(),
    draw(6).png().toBuffer(),
    draw(7).png({ palette: true }).toBuffer(),
    draw(8).toColourspace('b-w').png().toBuffer(),
    draw(9).ensureAlpha(0.5).png({ progressive: true }).toBuffer(),
    draw(10).toColourspace('rgb16').png().toBuffer(),
    draw(11).webp().toBuffer(),
    draw(12).webp({ lossless: true }).toBuffer(),
    draw(13).ensureAlpha(0.5).webp().withMetadata({ orientation: 3 }).toBuffer(),
  ])
}
