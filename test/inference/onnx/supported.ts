import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { use } from './networks'

type Build = () => layers.Layer[]
type Connect = (pixels: SymbolicTensor) => SymbolicTensor

const { activation, batchNormalization, conv2d, depthwiseConv2d, dropout, flatten } = layers
const { averagePooling2d, dense, globalAveragePooling2d, maxPooling2d, reLU } = layers
const { reshape, separableConv2d, softmax, zeroPadding2d } = layers

const PADDINGS = ['same', 'valid'] as const
const STRIDES: readonly (number | [number, number])[] = [1, 2, 3, [1, 2]]

const ACTIVATIONS = [
  ...['linear', 'relu', 'relu6', 'sigmoid', 'hardSigmoid', 'tanh', 'elu', 'selu'],
  ...['softplus', 'softsign', 'swish', 'gelu', 'softmax'],
] as Parameters<typeof activation>[0]['activation'][]

/** Everything that slides over the input, in every way to do so. */
const WINDOWS: Record<string, Build> = Object.fromEntries(
  PADDINGS.flatMap((padding) =>
    STRIDES.flatMap((strides): [string, Build][] => {
      const how = { strides, padding }
      const name = `with strides ${String(strides)} and padding ${padding}`
      return [
        [`Conv2D ${name}`, () => [conv2d({ filters: 4, kernelSize: [3, 2], ...how })]],
        [`DepthwiseConv2D ${name}`, () => [depthwiseConv2d({ kernelSize: 3, ...how })]],
        [`MaxPooling2D ${name}`, () => [maxPooling2d({ poolSize: [2, 3], ...how })]],
        [`AveragePooling2D ${name}`, () => [averagePooling2d({ poolSize: 3, ...how })]],
      ]
    }),
  ),
)

const ACTIVATED: Record<string, Build> = Object.fromEntries(
  ACTIVATIONS.map((name) => [
    `activation ${name}`,
    () => [
      conv2d({ filters: 4, kernelSize: 3, activation: name }),
      flatten(),
      dense({ units: 7, activation: name }),
    ],
  ]),
)

const filters = 6
const kernelSize = 3
const dilationRate: [number, number] = [2, 3]

const CONVOLUTIONS: Record<string, Build> = {
  'Conv2D of 1 x 1': () => [conv2d({ filters: 19, kernelSize: 1 })],
  'Conv2D without bias': () => [conv2d({ filters, kernelSize, useBias: false })],
  'Conv2D twice': () => [1, 2].map(() => conv2d({ filters: 5, kernelSize })),
  'dilated Conv2D': () => [conv2d({ filters, kernelSize, dilationRate })],
  'dilated, padded Conv2D': () => [conv2d({ filters, kernelSize, dilationRate, padding: 'same' })],
  'DepthwiseConv2D with multiplier': () => [depthwiseConv2d({ kernelSize, depthMultiplier: 3 })],
  'DepthwiseConv2D without bias': () => [depthwiseConv2d({ kernelSize, useBias: false })],
  SeparableConv2D: () => [separableConv2d({ filters, kernelSize, strides: 2 })],
  'padded SeparableConv2D': () => [separableConv2d({ filters, kernelSize, padding: 'same' })],
  'SeparableConv2D with activation': () => [
    separableConv2d({ filters, kernelSize, dilationRate: 2, useBias: false, activation: 'relu' }),
  ],
  'Dense on pixels': () => [dense({ units: 4, activation: 'tanh' })],
  'Dense without bias': () => [flatten(), dense({ units: 4, useBias: false })],
  'Dense after Flatten and ReLU': () => [flatten(), reLU(), dropout({ rate: 0.5 })],
}

const SHAPES: Record<string, Build> = {
  'MaxPooling2D by default': () => [maxPooling2d({})],
  GlobalAveragePooling2D: () => [globalAveragePooling2d({})],
  GlobalMaxPooling2D: () => [layers.globalMaxPooling2d({})],
  'ZeroPadding2D by default': () => [zeroPadding2d()],
  'ZeroPadding2D before Conv2D': () => [
    zeroPadding2d({
      padding: [
        [0, 1],
        [2, 3],
      ],
    }),
    conv2d({ filters, kernelSize, strides: 2 }),
  ],
  'Reshape to flat': () => [reshape({ targetShape: [264] })],
  'Reshape to one pixel': () => [reshape({ targetShape: [1, 1, 264] }), pointwise()],
  'Reshape to other pixels': () => [reshape({ targetShape: [4, 11, 6] }), pointwise()],
  'Reshape to rows': () => [reshape({ targetShape: [11, 24] }), softmax({ axis: -1 })],
  'Reshape from flat to pixels': () => [
    flatten(),
    dropout({ rate: 0.1 }),
    reshape({ targetShape: [8, 11, 3] }),
    conv2d({ filters: 4, kernelSize: 3 }),
  ],
  'Reshape around a last convolution': () => [
    globalAveragePooling2d({}),
    reshape({ targetShape: [1, 1, 3] }),
    pointwise(),
    reshape({ targetShape: [4] }),
  ],
}

const ELEMENTS: Record<string, Build> = {
  BatchNormalization: () => [batchNormalization({ epsilon: 0.01 })],
  'bare BatchNormalization': () => [batchNormalization({ center: false, scale: false })],
  'BatchNormalization of flat values': () => [flatten(), batchNormalization()],
  'BatchNormalization after convolutions': () => [
    conv2d({ filters: 4, kernelSize: 3, useBias: false }),
    batchNormalization(),
    depthwiseConv2d({ kernelSize, useBias: false }),
    batchNormalization({ axis: 3 }),
  ],
  Activation: () => [activation({ activation: 'relu' })],
  ReLU: () => [reLU()],
  'ReLU with a limit': () => [reLU({ maxValue: 0.7 })],
  LeakyReLU: () => [layers.leakyReLU()],
  'LeakyReLU with its slope': () => [layers.leakyReLU({ alpha: 0.1 })],
  'Softmax of pixels': () => [softmax({ axis: 3 })],
  'Softmax of flat values': () => [flatten(), softmax()],
  Dropout: () => [dropout({ rate: 0.5 }), layers.alphaDropout({ rate: 0.1 })],
  noise: () => [layers.gaussianNoise({ stddev: 1 }), layers.gaussianDropout({ rate: 0.5 })],
  Rescaling: () => [layers.rescaling({ scale: 0.5, offset: -1 })],
}

/** Layers in a row that can be converted. */
export const SEQUENTIAL: readonly [name: string, build: Build][] = [
  ...Object.entries(WINDOWS),
  ...Object.entries(ACTIVATED),
  ...Object.entries(CONVOLUTIONS),
  ...Object.entries(SHAPES),
  ...Object.entries(ELEMENTS),
]

/** Layers with more connections that can be converted. */
export const FUNCTIONAL: readonly [name: string, connect: Connect][] = [
  [
    'Add of three',
    (pixels) =>
      use(
        layers.add(),
        [1, 2, 3].map(() => use(pointwise(), pixels)),
      ),
  ],
  [
    'Multiply by one weight a channel',
    (pixels) => {
      const pooled = use(globalAveragePooling2d({}), pixels)
      const weight = use(reshape({ targetShape: [1, 1, 3] }), pooled)
      return use(layers.multiply(), [weight, pixels])
    },
  ],
  ...[-1, 1, 2, 3].map((axis): [string, Connect] => [
    `Concatenate along axis ${String(axis)}`,
    (pixels) => use(layers.concatenate({ axis }), [pixels, use(reLU(), pixels), pixels]),
  ]),
  [
    'Concatenate of flat values',
    (pixels) => {
      const pooled = use(layers.globalMaxPooling2d({}), pixels)
      return use(layers.concatenate(), [use(flatten(), pixels), pooled])
    },
  ],
  [
    'a layer that is used twice',
    (pixels) => {
      const shared = conv2d({ filters: 3, kernelSize, padding: 'same' })
      return use(shared, use(reLU(), use(shared, pixels)))
    },
  ],
  [
    'a residual block',
    (pixels) => {
      const inner = use(depthwiseConv2d({ kernelSize, padding: 'same' }), pixels)
      const sum = use(layers.add(), [pixels, use(batchNormalization(), inner)])
      return use(activation({ activation: 'relu6' }), sum)
    },
  ],
]

function pointwise(): layers.Layer {
  return conv2d({ filters: 4, kernelSize: 1 })
}
