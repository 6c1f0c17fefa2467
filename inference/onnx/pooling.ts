import * as z from '../schema'
import {
  dataFormat,
  inputOf,
  only,
  pair,
  readConfig,
  spatialOf,
  type Call,
  type Value,
} from './layer'
import { padding, slide } from './window'

const poolSchema = z.looseObject({
  pool_size: z._default(pair, [2, 2]),
  strides: z.nullish(pair),
  padding: z._default(padding, 'valid'),
  data_format: dataFormat,
})

const globalSchema = z.looseObject({ data_format: dataFormat, keepdims: only(false) })

const side = z.int().check(z.minimum(0))
const sides = z.tuple([side, side])
const zeroPaddingSchema = z.looseObject({
  padding: z._default(z.union([side, z.tuple([side, side]), z.tuple([sides, sides])]), 1),
  data_format: dataFormat,
})

type ZeroPadding = z.infer<typeof zeroPaddingSchema>['padding']
type Side = readonly [before: number, after: number]

/** Averages leave padding out of the count, in ONNX by default as in TensorFlow always. */
export const convertAveragePooling = pooling('AveragePool')
export const convertMaxPooling = pooling('MaxPool')
export const convertGlobalAveragePooling = globalPooling('GlobalAveragePool')
export const convertGlobalMaxPooling = globalPooling('GlobalMaxPool')

export function convertZeroPadding(call: Call): Value {
  const { layer, graph } = call
  const [[top, bottom], [left, right]] = toSides(readConfig(layer, zeroPaddingSchema).padding)
  const [height, width, channels] = spatialOf(call)
  const pads = graph.addIntegers(`${layer.name}/pads`, [0, 0, top, left, 0, 0, bottom, right])
  const inputs = [inputOf(call).name, pads]
  return {
    name: graph.add({ name: `${layer.name}/Pad`, operator: 'Pad', inputs }),
    shape: [top + height + bottom, left + width + right, channels],
  }
}

function toSides(padding: ZeroPadding): readonly [vertical: Side, horizontal: Side] {
  const [vertical, horizontal] = typeof padding === 'number' ? [padding, padding] : padding
  return [toSide(vertical), toSide(horizontal)]
}

function toSide(side: number | Side): Side {
  return typeof side === 'number' ? [side, side] : side
}

function pooling(operator: string): (call: Call) => Value {
  return (call) => {
    const { layer, graph } = call
    const config = readConfig(layer, poolSchema)
    const size = config.pool_size
    const strides = config.strides ?? size
    const spatial = spatialOf(call)
    const { pads, output } = slide(layer, spatial, { size, strides, padding: config.padding })
    const attributes = {
      kernel_shape: { ints: size },
      strides: { ints: strides },
      pads: { ints: pads },
    }
    const name = `${layer.name}/${operator}`
    const added = graph.add({ name, operator, inputs: [inputOf(call).name], attributes })
    return { name: added, shape: [...output, spatial[2]] }
  }
}

function globalPooling(operator: string): (call: Call) => Value {
  return (call) => {
    const { layer, graph } = call
    readConfig(layer, globalSchema)
    const [, , channels] = spatialOf(call)
    const inputs = [inputOf(call).name]
    const pooled = graph.add({ name: `${layer.name}/${operator}`, operator, inputs })
    const name = `${layer.name}/Flatten`
    return { name: graph.add({ name, operator: 'Flatten', inputs: [pooled] }), shape: [channels] }
  }
}
