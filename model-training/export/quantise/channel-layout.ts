import type { OnnxConstant, OnnxNode } from '../../../inference/index'
import type { ChannelLayout } from './quantise-weights'

/** Axis of the output channels in the weights of each kind of layer, as `toOnnxGraph` writes them. */
const CHANNEL_AXIS: ReadonlyMap<string, number> = new Map([
  // [outputs, inputs of each group, height, width]
  ['Conv', 0],
  // [inputs, outputs]
  ['Gemm', 1],
])

/** Whether a node is a layer with weights that can be quantised. */
export const isWeighted = ({ operator }: OnnxNode): boolean => CHANNEL_AXIS.has(operator)

/** The axis of the output channels in the weights of a layer, and what that means for their order. */
export function toChannelLayout(
  { operator }: OnnxNode,
  { dimensions }: OnnxConstant,
): ChannelLayout & { readonly axis: number } {
  const axis = CHANNEL_AXIS.get(operator) ?? 0
  const run = dimensions.slice(axis + 1).reduce((product, size) => product * size, 1)
  return { axis, channels: dimensions[axis] ?? 0, run }
}
