import { bytes, encode, float, integer, message, text, type Field } from './protobuf'

/** A node's setting, in the types that ONNX tells apart. */
type Attribute =
  { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number }

interface Node {
  /** What the node's output is to be called; a number is added where the name is taken. */
  readonly name: string
  readonly operator: string
  readonly inputs: readonly string[]
  readonly attributes?: Readonly<Record<string, Attribute>>
}

interface Tensor {
  readonly name: string
  /** Sizes of the dimensions; a name stands for a size known only when the graph runs. */
  readonly dimensions: readonly (number | string)[]
}

interface Signature {
  readonly name: string
  readonly input: Tensor
  readonly output: Tensor
}

// Numbers of fields and values: github.com/onnx/onnx/blob/main/onnx/onnx.proto
const IR_VERSION = 8
const OPSET = 17
const FLOAT = 1
const INT64 = 7
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const

/** An ONNX graph that grows node by node; every node has one output, and every name is used once. */
export class Graph {
  readonly #nodes: Field[] = []
  readonly #constants: Field[] = []
  readonly #timesUsed = new Map<string, number>()

  /** Adds a node and returns its output's name. */
  add({ name, operator, inputs, attributes = {} }: Node): string {
    const output = this.#unused(name)
    this.#nodes.push(toNode(output, operator, inputs, attributes))
    return output
  }

  /** Adds a constant of float32 values, which must not change afterwards, and returns its name. */
  addFloats(name: string, values: Float32Array, dimensions: readonly number[]): string {
    return this.#addConstant(name, FLOAT, values, dimensions)
  }

  /** Adds a constant list of whole numbers, such as a shape, and returns its name. */
  addIntegers(name: string, values: readonly number[]): string {
    return this.#addConstant(name, INT64, BigInt64Array.from(values, BigInt), [values.length])
  }

  /** The bytes of an ONNX ModelProto of this graph, whose output is the `result` of one of its nodes. */
  toModel(result: string, { name, input, output }: Signature): Uint8Array<ArrayBuffer> {
    const graph = [
      ...this.#nodes,
      toNode(output.name, 'Identity', [result], {}),
      text(2, name),
      ...this.#constants,
      message(11, toValueInfo(input)),
      message(12, toValueInfo(output)),
    ]
    return encode([
      integer(1, IR_VERSION),
      text(2, 'photo-twin'),
      message(7, graph),
      message(8, [text(1, ''), integer(2, OPSET)]),
    ])
  }

  #addConstant(
    wanted: string,
    type: number,
    values: Float32Array | BigInt64Array,
    dimensions: readonly number[],
  ): string {
    const name = this.#unused(wanted)
    // raw_data is little-endian, as is every platform that onnxruntime-node has a binary for.
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    this.#constants.push(
      message(5, [
        ...dimensions.map((size) => integer(1, size)),
        integer(2, type),
        text(8, name),
        bytes(9, raw),
      ]),
    )
    return name
  }

  #unused(name: string): string {
    const times = (this.#timesUsed.get(name) ?? 0) + 1
    this.#timesUsed.set(name, times)
    return times === 1 ? name : this.#unused(`${name}_${String(times)}`)
  }
}

function toNode(
  output: string,
  operator: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>>,
): Field {
  return message(1, [
    ...inputs.map((input) => text(1, input)),
    text(2, output),
    text(3, output),
    text(4, operator),
    ...Object.entries(attributes).map(([name, attribute]) => toAttribute(name, attribute)),
  ])
}

function toAttribute(name: string, attribute: Attribute): Field {
  if ('float' in attribute) {
    return message(5, [text(1, name), float(2, attribute.float), integer(20, ATTRIBUTE.float)])
  }
  if ('int' in attribute) {
    return message(5, [text(1, name), integer(3, attribute.int), integer(20, ATTRIBUTE.int)])
  }
  const ints = attribute.ints.map((value) => integer(8, value))
  return message(5, [text(1, name), ...ints, integer(20, ATTRIBUTE.ints)])
}

function toValueInfo({ name, dimensions }: Tensor): Field[] {
  const shape = dimensions.map((size) =>
    message(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]),
  )
  return [text(1, name), message(2, [message(1, [integer(1, FLOAT), message(2, shape)])])]
}
