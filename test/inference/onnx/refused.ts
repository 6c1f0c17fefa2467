import { layers, sequential, type LayersModel } from '@tensorflow/tfjs-layers'
import type { LayersModel as Model } from '../../../inference/model'
import { HEIGHT, toFunctional, toSequential, use, WIDTH } from './networks'

type Case<Subject> = readonly [name: string, subject: Subject, message: RegExp, code?: string]

/** Networks that cannot be converted, most of which TensorFlow.js runs. */
export const REFUSED: readonly Case<() => LayersModel>[] = [
  [
    'a kind of layer that it does not know',
    () => toSequential([layers.upSampling2d({ name: 'larger' })]),
    /layer larger \(UpSampling2D\): this kind of .* not supported; supported are Activation, Add,/,
  ],
  [
    'an activation that it does not know',
    () => toSequential([layers.activation({ name: 'smooth', activation: 'mish' })]),
    /layer smooth \(Activation\): activation mish is not supported; supported are elu, gelu,/,
  ],
  [
    'channels first',
    () => toSequential([layers.maxPooling2d({ name: 'pool', dataFormat: 'channelsFirst' })]),
    /layer pool \(MaxPooling2D\): data_format: only "channels_last" is supported/,
  ],
  [
    'a dilation that TensorFlow.js ignores',
    () =>
      toSequential([layers.depthwiseConv2d({ name: 'wide', kernelSize: 3, dilationRate: [1, 2] })]),
    /layer wide \(DepthwiseConv2D\): dilation_rate: only 1 is supported/,
  ],
  [
    'normalisation along rows',
    () => toSequential([layers.batchNormalization({ name: 'normal', axis: 1 })]),
    /layer normal \(BatchNormalization\): is supported along the channels only/,
  ],
  [
    'a merge of flat values with pixels',
    () =>
      toFunctional((pixels) => {
        const pooled = use(layers.globalMaxPooling2d({}), pixels)
        return use(layers.add({ name: 'sum' }), [pixels, pooled])
      }),
    /layer sum \(Add\): takes inputs with as many dimensions only/,
  ],
  [
    'a model within the model',
    () => {
      const inputShape = [HEIGHT, WIDTH, 3]
      const body = [layers.conv2d({ filters: 2, kernelSize: 3, inputShape })]
      return toSequential([sequential({ name: 'inner', layers: body })])
    },
    /layer inner \(Sequential\): a model within the model is not supported/,
  ],
  [
    'an output that is not flat',
    () => sequential({ layers: [layers.reLU({ name: 'end', inputShape: [HEIGHT, WIDTH, 3] })] }),
    /layer end \(ReLU\): gives \[11, 8, 3\] values for 3 labels/,
    'MODEL_INVALID',
  ],
]

/** What makes a model that cannot be converted of one with only a Dense layer named "head". */
export const DAMAGED: readonly Case<(model: Model) => Model>[] = [
  [
    'a topology that is none',
    (model) => ({ ...model, topology: { class_name: 'Graph' } }),
    /topology is not as expected:\n.*only Sequential and functional models are supported/,
  ],
  [
    'a topology of no layers',
    (model) => ({ ...model, topology: { class_name: 'Sequential', config: { layers: [] } } }),
    /topology has no layers/,
  ],
  [
    'a topology that runs in circles',
    (model) => ({ ...model, topology: createCircle() }),
    /layer one \(ReLU\): takes its own output as an input/,
  ],
  [
    'weights that end too soon',
    (model) => ({ ...model, weights: model.weights.subarray(4) }),
    /weights end within weight head\/bias/,
  ],
  [
    'a weight that is missing',
    (model) => ({ ...model, weightSpecs: model.weightSpecs.slice(0, 1) }),
    /layer head \(Dense\): the model has no weight head\/bias/,
  ],
  [
    'a weight of another type',
    (model) => ({
      ...model,
      weightSpecs: model.weightSpecs.map((spec) => ({ ...spec, dtype: 'int32' as const })),
    }),
    /weight head\/kernel is stored of type int32 and cannot be read/,
  ],
  [
    'a weight of another shape',
    (model) => ({
      ...model,
      weightSpecs: model.weightSpecs.map((spec) => ({ ...spec, shape: spec.shape.toReversed() })),
    }),
    /layer head \(Dense\): weight kernel should be \[264, 5\], but is \[5, 264\]/,
  ],
  [
    'a card of another size',
    (model) => ({ ...model, card: { ...model.card, input: { ...model.card.input, width: 9 } } }),
    /takes \[11, 8, 3\], its card says \[11, 9, 3\]/,
  ],
  [
    'a card of other labels',
    (model) => ({ ...model, card: { ...model.card, labels: ['one', 'other'] } }),
    /layer head \(Dense\): gives \[5\] values for 2 labels/,
  ],
]

function createCircle(): Model['topology'] {
  const toReference = (name: string) => [name, 0, 0]
  const toEntry = (name: string, input: string) => {
    const nodes = [[[...toReference(input), {}]]]
    return { name, class_name: 'ReLU', config: { name }, inbound_nodes: nodes }
  }
  const start = { class_name: 'InputLayer', config: { name: 'start' }, inbound_nodes: [] }
  const entries = [start, toEntry('one', 'other'), toEntry('other', 'one')]
  const input_layers = [toReference('start')]
  const output_layers = [toReference('one')]
  return { class_name: 'Functional', config: { layers: entries, input_layers, output_layers } }
}
