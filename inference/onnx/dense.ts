import * as z from '../schema'
import { activate } from './activation'
import { convolvePixels } from './convolution'
import { inputOf, readConfig, refuse, type Call, type Value } from './layer'
import { toInputsFirst } from './permute'

const schema = z.looseObject({
  units: z.int().check(z.minimum(1)),
  use_bias: z._default(z.boolean(), true),
  activation: z.nullish(z.string()),
})

export function convertDense(call: Call): Value {
  const { units, use_bias: hasBias, activation } = readConfig(call.layer, schema)
  const { shape } = inputOf(call)
  const inputs = shape.at(-1)
  if (inputs === undefined || (shape.length !== 1 && shape.length !== 3)) {
    throw refuse(call.layer, 'takes a flat input, or one of height, width and channels')
  }
  const matrix = call.readWeight('kernel', [inputs, units])
  const bias = hasBias ? call.readWeight('bias', [units]) : undefined
  const output =
    shape.length === 3
      ? convolvePixels(call, matrix, units, bias)
      : multiply(call, matrix, units, bias)
  return activate(call, output, activation ?? 'linear')
}

function multiply(
  call: Call,
  matrix: Float32Array,
  units: number,
  bias: Float32Array | undefined,
): Value {
  const { layer, graph } = call
  const { name, shape, flattenedFrom } = inputOf(call)
  const rows = flattenedFrom === undefined ? matrix : reorder(matrix, flattenedFrom, units)
  const inputs = [name, graph.addFloats(`${layer.name}/kernel`, rows, [...shape, units])]
  if (bias !== undefined) inputs.push(graph.addFloats(`${layer.name}/bias`, bias, [units]))
  return {
    name: graph.add({ name: `${layer.name}/Gemm`, operator: 'Gemm', inputs }),
    shape: [units],
  }
}

function reorder(
  matrix: Float32Array,
  [height, width, channels]: NonNullable<Value['flattenedFrom']>,
  outputs: number,
): Float32Array {
  return toInputsFirst(matrix, { positions: height * width, inputs: channels, outputs })
}
