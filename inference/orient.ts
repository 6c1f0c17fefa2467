/** EXIF orientations 5 to 8 exchange width and height. */
export const swapsSides = (orientation: number): boolean => orientation >= 5

/**
 * Turns and mirrors RGB values as EXIF orientation 1..8 asks, so that the top is up.
 *
 * @param rgb [height * width * 3] as stored
 * @returns [width * height * 3] for orientations 5 to 8, else [height * width * 3]
 */
export function orient(
  rgb: Uint8Array,
  width: number,
  height: number,
  orientation: number,
): Uint8Array {
  if (orientation <= 1) return rgb
  const swapped = swapsSides(orientation)
  const outWidth = swapped ? height : width
  const outHeight = swapped ? width : height
  const oriented = new Uint8Array(rgb.length)
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const from = toStored(x, y, width, height, orientation)
      const to = (y * outWidth + x) * 3
      oriented[to] = rgb[from]!
      oriented[to + 1] = rgb[from + 1]!
      oriented[to + 2] = rgb[from + 2]!
    }
  }
  return oriented
}

/** Offset in the stored values of what is seen at (x, y). */
function toStored(
  x: number,
  y: number,
  width: number,
  height: number,
  orientation: number,
): number {
  const [column, row] = storedPosition(x, y, width - 1, height - 1, orientation)
  return (row * width + column) * 3
}

function storedPosition(
  x: number,
  y: number,
  right: number,
  bottom: number,
  orientation: number,
): readonly [number, number] {
  switch (orientation) {
    case 2:
      return [right - x, y]
    case 3:
      return [right - x, bottom - y]
    case 4:
      return [x, bottom - y]
    case 5:
      return [y, x]
    case 6:
      return [y, bottom - x]
    case 7:
      return [right - y, bottom - x]
    case 8:
      return [right - y, x]
    default:
      return [x, y]
  }
}
