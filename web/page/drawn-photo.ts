import type { Photo } from './ask'
import { element } from './element'

const WIDTH = 400
const HEIGHT = 300
const QUALITY = 0.9
/** Grey values that a pixel may differ by: what is smooth makes a JPEG far smaller than a photo's. */
const NOISE = 40

/**
 * Something of a photo's size and detail, for who has none at hand.
 *
 * @throws Error where the browser cannot draw
 */
export async function drawPhoto(): Promise<Photo> {
  const canvas = element('canvas', { width: WIDTH, height: HEIGHT })
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('this browser cannot draw')
  const sky = context.createLinearGradient(0, 0, 0, HEIGHT)
  sky.addColorStop(0, '#7fb2e5')
  sky.addColorStop(0.6, '#e8d5b5')
  sky.addColorStop(1, '#6b7f4e')
  context.fillStyle = sky
  context.fillRect(0, 0, WIDTH, HEIGHT)
  for (let at = 0; at < 40; at++) {
    context.fillStyle = `hsl(${(at * 47) % 360} 35% ${30 + ((at * 13) % 40)}%)`
    context.fillRect((at * 71) % WIDTH, 120 + ((at * 29) % 160), 20 + (at % 5) * 9, 24)
  }
  const pixels = context.getImageData(0, 0, WIDTH, HEIGHT)
  for (let at = 0; at < pixels.data.length; at += 4) {
    const noise = (Math.random() - 0.5) * NOISE
    for (const channel of [at, at + 1, at + 2])
      pixels.data[channel] = (pixels.data[channel] ?? 0) + noise
  }
  context.putImageData(pixels, 0, 0)
  const type = 'image/jpeg'
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, type, QUALITY)
  })
  if (blob === null) throw new Error('this browser cannot draw')
  return { name: 'drawn', type, bytes: await blob.arrayBuffer() }
}
