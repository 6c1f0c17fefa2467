import { convertConvolution, convertDepthwise, convertSeparable } from './convolution'
import { convertDense } from './dense'
import {
  convertActivation,
  convertLeakyRelu,
  convertNormalization,
  convertNothing,
  convertRelu,
  convertRescaling,
  convertSoftmax,
} from './elementwise'
import { refuse, type Call, type Layer, type Value } from './layer'
import { convertAdd, convertConcatenate, convertMultiply } from './merge'
import {
  convertAveragePooling,
  convertGlobalAveragePooling,
  convertGlobalMaxPooling,
  convertMaxPooling,
  convertZeroPadding,
} from './pooling'
import { convertFlatten, convertReshape } from './reshape'

/** Adds one use of a layer to the graph. */
type Converter = (call: Call) => Value

const CONVERTERS: ReadonlyMap<string, Converter> = new Map([
  ['Activation', convertActivation],
  ['Add', convertAdd],
  ['AlphaDropout', convertNothing],
  ['AveragePooling2D', convertAveragePooling],
  ['BatchNormalization', convertNormalization],
  ['Concatenate', convertConcatenate],
  ['Conv2D', convertConvolution],
  ['Dense', convertDense],
  ['DepthwiseConv2D', convertDepthwise],
  ['Dropout', convertNothing],
  ['Flatten', convertFlatten],
  ['GaussianDropout', convertNothing],
  ['GaussianNoise', convertNothing],
  ['GlobalAveragePooling2D', convertGlobalAveragePooling],
  ['GlobalMaxPooling2D', convertGlobalMaxPooling],
  ['LeakyReLU', convertLeakyRelu],
  ['MaxPooling2D', convertMaxPooling],
  ['Multiply', convertMultiply],
  ['ReLU', convertRelu],
  ['Rescaling', convertRescaling],
  ['Reshape', convertReshape],
  ['SeparableConv2D', convertSeparable],
  ['Softmax', convertSoftmax],
  ['SpatialDropout2D', convertNothing],
  ['ZeroPadding2D', convertZeroPadding],
])

const MODELS = ['Functional', 'Model', 'Sequential']

/**
 * What converts layers of this kind.
 *
 * @throws LoadError MODEL_UNSUPPORTED, naming the layer and the kinds that are supported
 */
export function converterOf(layer: Layer): Converter {
  const converter = CONVERTERS.get(layer.className)
  if (converter !== undefined) return converter
  if (MODELS.includes(layer.className)) {
    throw refuse(layer, 'a model within the model is not supported; save the model without nesting')
  }
  const supported = [...CONVERTERS.keys()].join(', ')
  throw refuse(layer, `this kind of layer is not supported; supported are ${supported}`)
}
