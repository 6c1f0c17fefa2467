import * as z from '../schema'
import { readConfig, refuse, toGraphAxis, type Call, type Value } from './layer'
import { toKerasOrder } from './reshape'

const concatenateSchema = z.looseObject({ axis: z._default(z.int(), -1) })

export const convertAdd = merging('Add')
export const convertMultiply = merging('Mul')

export function convertConcatenate(call: Call): Value {
  const { layer, graph } = call
  const { axis } = readConfig(layer, concatenateSchema)
  const [first, ...others] = inputsOf(call)
  const graphAxis = toGraphAxis(layer, axis, first)
  const joined = axis < 0 ? axis + first.shape.length : axis - 1
  const shape = [...first.shape]
  for (const other of others) {
    if (!other.shape.every((size, index) => index === joined || size === first.shape[index])) {
      throw refuse(layer, `cannot join inputs of ${toText(first)} and ${toText(other)}`)
    }
    shape[joined] = (shape[joined] ?? 0) + (other.shape[joined] ?? 0)
  }
  const inputs = [first, ...others].map(({ name }) => name)
  const attributes = { axis: { int: graphAxis } }
  const name = `${layer.name}/Concat`
  return { name: graph.add({ name, operator: 'Concat', inputs, attributes }), shape }
}

function merging(operator: string): (call: Call) => Value {
  return (call) => {
    const { layer, graph } = call
    const name = `${layer.name}/${operator}`
    const [first, ...others] = inputsOf(call)
    return others.reduce(
      (left, right) => ({
        name: graph.add({ name, operator, inputs: [left.name, right.name] }),
        shape: broadcast(call, left, right),
      }),
      first,
    )
  }
}

/** Two or more inputs with as many dimensions, their elements in comparable order. */
function inputsOf({ layer, inputs, graph }: Call): [Value, ...Value[]] {
  const [first, ...others] = inputs.map((value) =>
    value.flattenedFrom === undefined ? value : toKerasOrder(graph, layer.name, value),
  )
  if (first === undefined || others.length === 0) throw refuse(layer, 'takes two inputs or more')
  if (others.some(({ shape }) => shape.length !== first.shape.length)) {
    throw refuse(layer, 'takes inputs with as many dimensions only')
  }
  return [first, ...others]
}

function broadcast({ layer }: Call, left: Value, right: Value): number[] {
  return left.shape.map((size, index) => {
    const other = right.shape[index] ?? size
    if (size !== other && size !== 1 && other !== 1) {
      throw refuse(layer, `cannot merge inputs of ${toText(left)} and ${toText(right)}`)
    }
    return Math.max(size, other)
  })
}

function toText({ shape }: Value): string {
  return `[${shape.join(', ')}]`
}
