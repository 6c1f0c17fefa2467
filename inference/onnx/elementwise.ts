import * as z from '../schema'
import { activate, apply, clip, scalar, softmax } from './activation'
import { inputOf, only, readConfig, refuse, toGraphAxis, type Call, type Value } from './layer'
import { toKerasOrder } from './reshape'

const activationSchema = z.looseObject({ activation: z.string() })

const reluSchema = z.looseObject({
  max_value: z.nullish(z.number().check(z.positive())),
  negative_slope: only(0),
  threshold: only(0),
})

const leakyReluSchema = z.looseObject({ alpha: z._default(z.number(), 0.3) })

// TensorFlow.js' own default is 1, Keras' is -1; both write the axis out.
const softmaxSchema = z.looseObject({ axis: z.int() })

const rescalingSchema = z.looseObject({ scale: z.number(), offset: z._default(z.number(), 0) })

const normalizationSchema = z.looseObject({
  axis: z._default(
    z.union([
      z.int(),
      z.pipe(
        z.tuple([z.int()]),
        z.transform(([axis]) => axis),
      ),
    ]),
    -1,
  ),
  epsilon: z._default(z.number(), 1e-3),
  center: z._default(z.boolean(), true),
  scale: z._default(z.boolean(), true),
})

export function convertActivation(call: Call): Value {
  return activate(call, inputOf(call), readConfig(call.layer, activationSchema).activation)
}

export function convertRelu(call: Call): Value {
  const { max_value: limit } = readConfig(call.layer, reluSchema)
  if (typeof limit === 'number') return clip(call, inputOf(call), limit)
  return apply(call, inputOf(call), 'Relu')
}

export function convertLeakyRelu(call: Call): Value {
  const { alpha } = readConfig(call.layer, leakyReluSchema)
  return apply(call, inputOf(call), 'LeakyRelu', { attributes: { alpha: { float: alpha } } })
}

export function convertSoftmax(call: Call): Value {
  return softmax(call, inputOf(call), readConfig(call.layer, softmaxSchema).axis)
}

/** What only training does: dropout, noise. */
export function convertNothing(call: Call): Value {
  return inputOf(call)
}

export function convertRescaling(call: Call): Value {
  const { scale, offset } = readConfig(call.layer, rescalingSchema)
  const scaled = apply(call, inputOf(call), 'Mul', { others: [scalar(call, 'scale', scale)] })
  return apply(call, scaled, 'Add', { others: [scalar(call, 'offset', offset)] })
}

export function convertNormalization(call: Call): Value {
  const { layer, graph, readWeight } = call
  const { axis, epsilon, center, scale } = readConfig(layer, normalizationSchema)
  const value = inputOf(call)
  const ordered = value.flattenedFrom === undefined ? value : toKerasOrder(graph, layer.name, value)
  const channels = value.shape.at(-1) ?? 0
  if (value.shape.length === 2 || toGraphAxis(layer, axis, value) !== 1) {
    throw refuse(layer, 'is supported along the channels only')
  }
  const parameters = {
    gamma: scale ? readWeight('gamma', [channels]) : new Float32Array(channels).fill(1),
    beta: center ? readWeight('beta', [channels]) : new Float32Array(channels),
    moving_mean: readWeight('moving_mean', [channels]),
    moving_variance: readWeight('moving_variance', [channels]),
  }
  const others = Object.entries(parameters).map(([name, values]) =>
    graph.addFloats(`${layer.name}/${name}`, values, [channels]),
  )
  const attributes = { epsilon: { float: epsilon } }
  return apply(call, ordered, 'BatchNormalization', { others, attributes })
}
