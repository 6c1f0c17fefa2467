import type { Look } from './looks'

const SHAPES: Readonly<Record<Look['symbol'], string>> = {
  circle: 'M14,2a4,4 0 1,0 0.01,0Z',
  triangle: 'M14,1.5L18.5,9.5H9.5Z',
  diamond2: 'M14,1L19,6L14,11L9,6Z',
  square: 'M10.2,2.2H17.8V9.8H10.2Z',
  star: 'M14,0.8L15.2,4.4H19L15.9,6.6L17.1,10.2L14,8L10.9,10.2L12.1,6.6L9,4.4H12.8Z',
}

/** A target's shape alone, in a box of 28 x 12, for the legend of plots without lines. */
export function drawShape({ color, symbol }: Look): string {
  return `<path d="${SHAPES[symbol]}" fill="${color}" stroke="var(--page)"/>`
}

/** A target's shape on its line: the drawing inside an `svg` of 28 x 12. */
export function drawSign(look: Look): string {
  const { color, dash } = look
  return `<path d="M0,6H28" stroke="${color}" stroke-width="1.75" stroke-dasharray="${dash}" fill="none"/>${drawShape(look)}`
}
