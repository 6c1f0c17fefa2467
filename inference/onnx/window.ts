import * as z from '../schema'
import { refuse, type Layer, type Spatial } from './layer'

export const padding = z.enum(['same', 'valid'], 'only "same" and "valid" are supported')

/** What slides over the input: a convolution's kernel or a pool. */
interface Window {
  readonly size: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations?: readonly [number, number]
  readonly padding: z.infer<typeof padding>
}

interface Slide {
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number]
  readonly output: readonly [height: number, width: number]
}

/** How a window slides over an input of that size, with TensorFlow's "same": the odd pixel is added at the end. */
export function slide(
  layer: Layer,
  [height, width]: Spatial,
  { size, strides, dilations = [1, 1], padding }: Window,
): Slide {
  const rows = along(height, (size[0] - 1) * dilations[0] + 1, strides[0], padding)
  const columns = along(width, (size[1] - 1) * dilations[1] + 1, strides[1], padding)
  if (rows.output < 1 || columns.output < 1) {
    throw refuse(
      layer,
      `its input of ${String(height)} x ${String(width)} is smaller than its window`,
    )
  }
  return {
    pads: [rows.before, columns.before, rows.after, columns.after],
    output: [rows.output, columns.output],
  }
}

function along(length: number, extent: number, stride: number, padding: Window['padding']) {
  if (padding === 'valid') {
    return { before: 0, after: 0, output: Math.floor((length - extent) / stride) + 1 }
  }
  const output = Math.ceil(length / stride)
  const total = Math.max((output - 1) * stride + extent - length, 0)
  const before = Math.floor(total / 2)
  return { before, after: total - before, output }
}
