import { LoadError } from '../errors'
import { fieldsOf } from './fields'

/** What an ONNX file takes or gives. */
export interface OnnxValue {
  readonly name: string
  /** A size that is known only when it runs is null; undefined where the file says nothing of the shape. */
  readonly shape: readonly (number | null)[] | undefined
}

/** What an ONNX file says of itself, without running it. */
export interface OnnxSummary {
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  /** Values of all its constants. */
  readonly parameters: number
  /** Names of the weights that are not in the file but in others. */
  readonly externalWeights: readonly string[]
}

// Numbers of fields and values: github.com/onnx/onnx/blob/main/onnx/onnx.proto
const MODEL = { graph: 7, functions: 25 }
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparseInitializer: 15 }
const FUNCTION = { node: 7 }
const NODE = { attribute: 5 }
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11, sparse: 22, sparses: 23 }
const SPARSE = { values: 1, indices: 2 }
const TENSOR = { dims: 1, name: 8, externalData: 13, dataLocation: 14 }
const EXTERNAL = 1
const VALUE = { name: 1, type: 2 }
const TYPE = { tensor: 1 }
const TENSOR_TYPE = { shape: 2 }
const SHAPE = { dim: 1 }
const DIMENSION = { value: 1 }

/** Graphs within nodes of graphs: real ones have a few. */
const MAX_DEPTH = 32

/** Which fields lead from a message to the tensors within it, and to what kind of message. */
const CHILDREN: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  model: { [MODEL.graph]: 'graph', [MODEL.functions]: 'function' },
  graph: {
    [GRAPH.node]: 'node',
    [GRAPH.initializer]: 'tensor',
    [GRAPH.sparseInitializer]: 'sparse',
  },
  function: { [FUNCTION.node]: 'node' },
  node: { [NODE.attribute]: 'attribute' },
  attribute: {
    [ATTRIBUTE.tensor]: 'tensor',
    [ATTRIBUTE.tensors]: 'tensor',
    [ATTRIBUTE.graph]: 'graph',
    [ATTRIBUTE.graphs]: 'graph',
    [ATTRIBUTE.sparse]: 'sparse',
    [ATTRIBUTE.sparses]: 'sparse',
  },
  sparse: { [SPARSE.values]: 'tensor', [SPARSE.indices]: 'tensor' },
}

/**
 * Reads what an ONNX file takes, gives and holds.
 *
 * @param path names the file in errors
 * @throws LoadError MODEL_INVALID if it is no ONNX file
 */
export function summarise(onnx: Uint8Array, path: string): OnnxSummary {
  try {
    const tensors = [...tensorsOf(onnx, 'model', 0)]
    const graph = bytesOf(onnx, MODEL.graph)
    if (graph === undefined) throw new RangeError('it has no graph')
    const constants = new Set(tensors.map(({ name }) => name))
    return {
      // Before version 4 of the format the constants were among the inputs.
      inputs: valuesOf(graph, GRAPH.input).filter(({ name }) => !constants.has(name)),
      outputs: valuesOf(graph, GRAPH.output),
      parameters: tensors.reduce((sum, { values }) => sum + values, 0),
      externalWeights: tensors.filter(({ isExternal }) => isExternal).map(({ name }) => name),
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new LoadError('MODEL_INVALID', `${path} is not an ONNX file: ${cause.message}`, { cause })
  }
}

/**
 * Makes sure that an ONNX file holds all of its weights.
 *
 * @param path names the file in errors
 * @throws LoadError MODEL_INVALID
 */
export function requireWhole(onnx: Uint8Array, path: string): void {
  const [first] = summarise(onnx, path).externalWeights
  if (first === undefined) return
  throw new LoadError(
    'MODEL_INVALID',
    `${path} keeps weights (${first}, …) in files of their own, which is not supported: save it as one file`,
  )
}

interface TensorFacts {
  readonly name: string
  readonly values: number
  readonly isExternal: boolean
}

function* tensorsOf(message: Uint8Array, kind: string, depth: number): Generator<TensorFacts> {
  if (depth > MAX_DEPTH) throw new RangeError('its graphs are nested too deeply')
  if (kind === 'tensor') {
    yield toTensorFacts(message)
    return
  }
  for (const { number, bytes } of fieldsOf(message)) {
    const child = CHILDREN[kind]?.[number]
    if (child !== undefined) yield* tensorsOf(bytes, child, depth + 1)
  }
}

function toTensorFacts(tensor: Uint8Array): TensorFacts {
  let name = ''
  let values = 1
  let isExternal = false
  for (const { number, value, bytes } of fieldsOf(tensor)) {
    if (number === TENSOR.name) name = toText(bytes)
    else if (number === TENSOR.dims) values *= bytes.length === 0 ? value : productOf(bytes)
    else if (number === TENSOR.externalData) isExternal = true
    else if (number === TENSOR.dataLocation && value === EXTERNAL) isExternal = true
  }
  return { name, values, isExternal }
}

/** Of the packed numbers that a repeated field may be written as. */
function productOf(packed: Uint8Array): number {
  let product = 1
  let size = 0
  let place = 1
  for (const byte of packed) {
    size += (byte % 0x80) * place
    place *= 0x80
    if (byte >= 0x80) continue
    product *= size
    size = 0
    place = 1
  }
  return product
}

function valuesOf(graph: Uint8Array, wanted: number): OnnxValue[] {
  const values: OnnxValue[] = []
  for (const { number, bytes } of fieldsOf(graph)) {
    if (number !== wanted) continue
    const name = toText(bytesOf(bytes, VALUE.name) ?? new Uint8Array(0))
    values.push({ name, shape: shapeOf(bytes) })
  }
  return values
}

function shapeOf(value: Uint8Array): OnnxValue['shape'] {
  const type = bytesOf(value, VALUE.type)
  const tensor = type && bytesOf(type, TYPE.tensor)
  const shape = tensor && bytesOf(tensor, TENSOR_TYPE.shape)
  if (shape === undefined) return undefined
  const dimensions = [...fieldsOf(shape)].filter(({ number }) => number === SHAPE.dim)
  return dimensions.map(({ bytes }) => {
    const size = [...fieldsOf(bytes)].find(({ number }) => number === DIMENSION.value)
    // Some exporters write -1, which reads as a very large number here, for any size.
    return size !== undefined && Number.isSafeInteger(size.value) && size.value > 0
      ? size.value
      : null
  })
}

/** A message's field of that number; a message that is there several times is one, as in Protocol Buffers. */
function bytesOf(message: Uint8Array, wanted: number): Uint8Array | undefined {
  const parts = [...fieldsOf(message)].filter(({ number }) => number === wanted)
  return parts.length > 1 ? Buffer.concat(parts.map(({ bytes }) => bytes)) : parts[0]?.bytes
}

const toText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
