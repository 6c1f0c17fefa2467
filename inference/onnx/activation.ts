import { refuse, toGraphAxis, type Call, type Value } from './layer'

// github.com/onnx/onnx/blob/main/docs/Operators.md has the same defaults as Keras for all of these.
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['relu', 'Relu'],
  ['sigmoid', 'Sigmoid'],
  ['hard_sigmoid', 'HardSigmoid'],
  ['tanh', 'Tanh'],
  ['elu', 'Elu'],
  ['selu', 'Selu'],
  ['softplus', 'Softplus'],
  ['softsign', 'Softsign'],
])

const OTHERS = ['linear', 'relu6', 'softmax', 'swish', 'silu', 'gelu'] as const

/** Applies the activation of that name, as Keras and TensorFlow.js write it. */
export function activate(call: Call, value: Value, activation: string): Value {
  const operator = OPERATORS.get(activation)
  if (operator !== undefined) return apply(call, value, operator)
  if (activation === 'linear') return value
  if (activation === 'relu6') return clip(call, value, 6)
  if (activation === 'softmax') return softmax(call, value, -1)
  if (activation === 'swish' || activation === 'silu') return swish(call, value)
  if (activation === 'gelu') return gelu(call, value)
  const supported = [...OPERATORS.keys(), ...OTHERS].sort().join(', ')
  throw refuse(call.layer, `activation ${activation} is not supported; supported are ${supported}`)
}

/** Adds an operator that works on every element alone. */
export function apply(
  { layer, graph }: Call,
  value: Value,
  operator: string,
  { others = [], attributes = {} }: Partial<ElementwiseOptions> = {},
): Value {
  const inputs = [value.name, ...others]
  const name = `${layer.name}/${operator}`
  return { ...value, name: graph.add({ name, operator, inputs, attributes }) }
}

interface ElementwiseOptions {
  readonly others: readonly string[]
  readonly attributes: Readonly<Record<string, { readonly float: number }>>
}

/** A constant of one number. */
export function scalar({ layer, graph }: Call, name: string, value: number): string {
  return graph.addFloats(`${layer.name}/${name}`, Float32Array.of(value), [])
}

/** Clips to 0 ... `limit`. */
export function clip(call: Call, value: Value, limit: number): Value {
  const others = [scalar(call, 'min', 0), scalar(call, 'max', limit)]
  return apply(call, value, 'Clip', { others })
}

/** Softmax along Keras' `axis`. Along the whole of a flat value, so that the order of its elements does not matter. */
export function softmax({ layer, graph }: Call, value: Value, axis: number): Value {
  const attributes = { axis: { int: toGraphAxis(layer, axis, value) } }
  const name = `${layer.name}/Softmax`
  return {
    ...value,
    name: graph.add({ name, operator: 'Softmax', inputs: [value.name], attributes }),
  }
}

function swish(call: Call, value: Value): Value {
  return apply(call, apply(call, value, 'Sigmoid'), 'Mul', { others: [value.name] })
}

/** x / 2 * (1 + erf(x / sqrt(2))): ONNX has Gelu only from opset 20 on. */
function gelu(call: Call, value: Value): Value {
  const divided = apply(call, value, 'Div', { others: [scalar(call, 'sqrt2', Math.SQRT2)] })
  const erf = apply(call, divided, 'Erf')
  const twice = apply(call, erf, 'Add', { others: [scalar(call, 'one', 1)] })
  const product = apply(call, twice, 'Mul', { others: [value.name] })
  return apply(call, product, 'Mul', { others: [scalar(call, 'half', 0.5)] })
}
