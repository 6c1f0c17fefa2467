import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Multiplications with weights for one photo. */
export function countMacs(network: LayersModel): number {
  return network.layers.reduce((sum, layer) => {
    const [, height, width, channels] = layer.outputShape as (number | null)[]
    const places = channels === undefined ? 1 : (height ?? 1) * (width ?? 1)
    // Kernels have two dimensions or more; biases and batch norms' vectors one.
    const kernels = layer.weights.map(({ shape }) => shape).filter((shape) => shape.length > 1)
    const sizes = kernels.map((shape) => shape.reduce<number>((a, b) => a * (b ?? 1), 1))
    return sizes.reduce((total, size) => total + size * places, sum)
  }, 0)
}
