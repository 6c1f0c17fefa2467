import type { OnnxAttribute, OnnxConstant, OnnxGraph, OnnxNode, OnnxTensor } from './onnx-graph'
import { bytes, encode, float, integer, message, text, type Field } from './protobuf'

/** Of ONNX' operators, in all that is encoded here. */
export const OPSET = 17

// Numbers of fields and values: github.com/onnx/onnx/blob/main/onnx/onnx.proto
const IR_VERSION = 8
const FLOAT = 1
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const

/** The bytes of an ONNX ModelProto of a graph. */
export function encodeOnnx(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const fields = [
    ...graph.nodes.map(toNode),
    text(2, graph.name),
    ...graph.constants.map(toConstant),
    message(11, toValueInfo(graph.input)),
    ...graph.outputs.map((output) => message(12, toValueInfo(output))),
  ]
  return encode([
    integer(1, IR_VERSION),
    text(2, 'photo-twin'),
    message(7, fields),
    message(8, [text(1, ''), integer(2, OPSET)]),
  ])
}

function toNode({ output, operator, inputs, attributes }: OnnxNode): Field {
  return message(1, [
    ...inputs.map((input) => text(1, input)),
    text(2, output),
    text(3, output),
    text(4, operator),
    ...Object.entries(attributes).map(([name, attribute]) => toAttribute(name, attribute)),
  ])
}

function toAttribute(name: string, attribute: OnnxAttribute): Field {
  if ('float' in attribute) {
    return message(5, [text(1, name), float(2, attribute.float), integer(20, ATTRIBUTE.float)])
  }
  if ('int' in attribute) {
    return message(5, [text(1, name), integer(3, attribute.int), integer(20, ATTRIBUTE.int)])
  }
  const ints = attribute.ints.map((value) => integer(8, value))
  return message(5, [text(1, name), ...ints, integer(20, ATTRIBUTE.ints)])
}

function toConstant({ name, values, dimensions }: OnnxConstant): Field {
  // raw_data is little-endian, as is every platform that onnxruntime-node has a binary for.
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return message(5, [
    ...dimensions.map((size) => integer(1, size)),
    integer(2, typeOf(values)),
    text(8, name),
    bytes(9, raw),
  ])
}

/** ONNX' number of the type of some values. */
function typeOf(values: OnnxConstant['values']): number {
  if (values instanceof Float32Array) return FLOAT
  if (values instanceof Uint8Array) return 2
  if (values instanceof Int8Array) return 3
  return values instanceof Int32Array ? 6 : 7
}

function toValueInfo({ name, dimensions }: OnnxTensor): Field[] {
  const sizes = dimensions?.map((size) =>
    message(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]),
  )
  const shape = sizes === undefined ? [] : [message(2, sizes)]
  return [text(1, name), message(2, [message(1, [integer(1, FLOAT), ...shape])])]
}
