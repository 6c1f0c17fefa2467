import sharp from 'sharp'
import { between, createRandom } from '../../../model-training/random'

/** An encoded photo with shapes of different sizes and colours, which no other seed has. */
export function renderScene(seed: number): Promise<Buffer> {
  const random = createRandom(seed, 77)
  const colour = () => `rgb(${[0, 0, 0].map(() => Math.floor(between(random, 0, 256))).join(',')})`
  const shapes = Array.from({ length: 14 }, () => {
    const [x, y] = [between(random, 0, 200), between(random, 0, 160)]
    return `<ellipse cx="${x}" cy="${y}" rx="${between(random, 8, 60)}" ry="${between(random, 8, 50)}" fill="${colour()}"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="160"><rect width="200" height="160" fill="${colour()}"/>${shapes.join('')}</svg>`
  return sharp(Buffer.from(svg)).flatten().jpeg({ quality: 85 }).toBuffer()
}
