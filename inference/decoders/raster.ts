import { orient, swapsSides } from '../orient'
import type { DecodeOptions } from '../decoder'
import { resize } from '../resize'
import type { Raster } from '../resize'

/** From a decoded raster to what a decoder owes: alpha over white, resized, oriented. */
export function toRgb(
  raster: Raster,
  orientation: number,
  { width, height }: DecodeOptions,
): Uint8Array {
  flatten(raster)
  // Resizing first turns the small result, not the photo; the filter is symmetric, so that nothing changes.
  const [storedWidth, storedHeight] = swapsSides(orientation) ? [height, width] : [width, height]
  const small = resize(raster, storedWidth, storedHeight)
  return orient(small, storedWidth, storedHeight, orientation)
}

/** Lays RGBA over white, in place. */
function flatten({ data, channels }: Raster): void {
  if (channels === 3) return
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 255
    if (alpha === 255) continue
    const white = 255 - alpha
    for (let c = i; c < i + 3; c++) data[c] = white + Math.round(((data[c] ?? 0) * alpha) / 255)
  }
}
