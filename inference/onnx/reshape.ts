import * as z from '../schema'
import type { Graph } from './graph'
import { dataFormat, inputOf, productOf, readConfig, refuse, type Call, type Value } from './layer'

const flattenSchema = z.looseObject({ data_format: dataFormat })

const reshapeSchema = z.looseObject({
  // One size may be left open: null to TensorFlow.js, -1 to Keras.
  target_shape: z.array(z.nullable(z.int().check(z.minimum(-1)))).check(z.minLength(1)),
})

/** Flattens the channels-first tensor as it is; whoever needs Keras' order reorders weights or asks `toKerasOrder`. */
export function convertFlatten(call: Call): Value {
  const { layer, graph } = call
  readConfig(layer, flattenSchema)
  const { name, shape } = inputOf(call)
  if (shape.length === 1) return inputOf(call)
  const flat = {
    name: graph.add({ name: `${layer.name}/Flatten`, operator: 'Flatten', inputs: [name] }),
    shape: [productOf(shape)],
  }
  const [height, width, channels] = shape
  if (height === undefined || width === undefined || channels === undefined) return flat
  return isOrderless(shape) ? flat : { ...flat, flattenedFrom: [height, width, channels] }
}

export function convertReshape(call: Call): Value {
  const { layer, graph } = call
  const input = inputOf(call)
  const target = toShape(call, readConfig(layer, reshapeSchema).target_shape)
  const value = toKerasOrder(graph, layer.name, input)
  if (target.length !== 3) return reshape(graph, layer.name, value, target)
  if (isOrderless(target)) {
    return { ...reshape(graph, layer.name, value, channelsFirst(target)), shape: target }
  }
  const inputs = [reshape(graph, layer.name, value, target).name]
  const attributes = { perm: { ints: [0, 3, 1, 2] } }
  const name = `${layer.name}/Transpose`
  return { name: graph.add({ name, operator: 'Transpose', inputs, attributes }), shape: target }
}

/** The value with its elements in Keras' order in the graph, too, which costs a transposition if they were not. */
export function toKerasOrder(graph: Graph, scope: string, value: Value): Value {
  const { shape, flattenedFrom } = value
  if (flattenedFrom !== undefined) {
    const unflattened = reshape(graph, scope, value, channelsFirst(flattenedFrom))
    const ordered = toKerasOrder(graph, scope, { ...unflattened, shape: flattenedFrom })
    return reshape(graph, scope, ordered, shape)
  }
  if (shape.length !== 3 || isOrderless(shape)) return value
  const attributes = { perm: { ints: [0, 2, 3, 1] } }
  const inputs = [value.name]
  const name = `${scope}/Transpose`
  return { shape, name: graph.add({ name, operator: 'Transpose', inputs, attributes }) }
}

function reshape(graph: Graph, scope: string, value: Value, shape: readonly number[]): Value {
  // 0 keeps the batch's size.
  const inputs = [value.name, graph.addIntegers(`${scope}/shape`, [0, ...shape])]
  return { name: graph.add({ name: `${scope}/Reshape`, operator: 'Reshape', inputs }), shape }
}

/** Whether height, width, channels hold the same sequence of elements as channels, height, width. */
function isOrderless([height, width, channels]: readonly number[]): boolean {
  return channels === 1 || (height === 1 && width === 1)
}

function channelsFirst(shape: readonly number[]): number[] {
  return [...shape.slice(-1), ...shape.slice(0, -1)]
}

function toShape(call: Call, target: readonly (number | null)[]): number[] {
  const size = productOf(inputOf(call).shape)
  const known = productOf(target.map((length) => (isOpen(length) ? 1 : length)))
  const shape = target.map((length) => (isOpen(length) ? size / known : length))
  const open = target.filter(isOpen).length
  if (open > 1 || productOf(shape) !== size || !shape.every(Number.isInteger)) {
    throw refuse(call.layer, `cannot make [${target.join(', ')}] of ${String(size)} values`)
  }
  return shape
}

function isOpen(length: number | null): length is null {
  return length === null || length === -1
}
