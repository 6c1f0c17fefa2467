import * as tf from '@tensorflow/tfjs-core'

/** Where a convolution's windows lie on its padded input. */
interface Windows {
  readonly kernel: readonly [height: number, width: number]
  readonly strides: readonly [down: number, right: number]
  readonly padding: {
    readonly top: number
    readonly bottom: number
    readonly left: number
    readonly right: number
  }
  /** [batch, height, width, channels] of the convolution's output. */
  readonly outShape: readonly [number, number, number, number]
  /** The same of its input. */
  readonly inShape: readonly [number, number, number, number]
}

interface ConvolutionAttributes {
  readonly strides: [number, number] | number
  readonly pad: 'valid' | 'same' | number
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

type Shape = [number, number, number, number]

interface Call {
  readonly inputs: Readonly<Record<string, tf.Tensor4D>>
  readonly attrs: ConvolutionAttributes & {
    readonly filterShape: Shape
    readonly inputShape: Shape
  }
}

/** TensorFlow.js 4.22's WebAssembly backend can convolve, but has no gradients for filters and none for depthwise convolutions. */
const KERNELS: Readonly<Record<string, (call: Call) => tf.Tensor>> = {
  [tf.Conv2DBackpropFilter]: ({ inputs: { x, dy }, attrs }) => {
    const windows = toWindows(needed(x).shape, attrs.filterShape, attrs)
    return filterGradient(needed(x), needed(dy), attrs.filterShape, windows)
  },
  [tf.DepthwiseConv2dNativeBackpropFilter]: ({ inputs: { x, dy }, attrs }) => {
    const windows = toWindows(needed(x).shape, attrs.filterShape, { ...attrs, depthwise: true })
    return depthwiseFilterGradient(needed(x), needed(dy), attrs.filterShape, windows)
  },
  [tf.DepthwiseConv2dNativeBackpropInput]: ({ inputs: { dy, filter }, attrs }) => {
    const windows = toWindows(attrs.inputShape, needed(filter).shape, { ...attrs, depthwise: true })
    return depthwiseInputGradient(needed(dy), needed(filter), windows)
  },
}

/** Registers the gradients that the WebAssembly backend lacks, built of kernels it has. */
export function registerWasmKernels(): void {
  for (const [kernelName, compute] of Object.entries(KERNELS)) {
    if (isThere(kernelName)) continue
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: (call) => tf.tidy(() => compute(call as unknown as Call)),
    })
  }
}

/** Typed as if it were always there. */
const isThere = (kernelName: string): boolean =>
  (tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined) !== undefined

function needed(tensor: tf.Tensor4D | undefined): tf.Tensor4D {
  if (tensor === undefined) throw new Error('a kernel was called without its tensors')
  return tensor
}

function toWindows(
  inShape: Shape,
  filterShape: Shape,
  attrs: ConvolutionAttributes & { readonly depthwise?: boolean },
): Windows {
  const { strides, pad, dimRoundingMode, depthwise = false } = attrs
  const info = tf.backend_util.computeConv2DInfo(
    inShape,
    filterShape,
    strides,
    // TensorFlow.js itself refuses gradients of dilated convolutions.
    1,
    pad,
    dimRoundingMode,
    depthwise,
  )
  return {
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    padding: info.padInfo,
    outShape: info.outShape,
    inShape,
  }
}

/** [kernel height, kernel width, in, out]: for each place of the kernel, what it saw times what came of it. */
function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: Shape,
  windows: Windows,
): tf.Tensor {
  const [, , channels, filters] = filterShape
  const outcome = tf.reshape(dy, [-1, filters])
  const taps = eachTap(x, windows, (seen) =>
    tf.matMul(tf.reshape(seen, [-1, channels]), outcome, true, false),
  )
  return tf.reshape(tf.stack(taps), filterShape)
}

/** [kernel height, kernel width, channels, 1]. */
function depthwiseFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: Shape,
  windows: Windows,
): tf.Tensor {
  requireOnePerChannel(filterShape)
  const taps = eachTap(x, windows, (seen) => tf.sum(tf.mul(seen, dy), [0, 1, 2]))
  return tf.reshape(tf.stack(taps), filterShape)
}

/** The gradient spread out to the input's places, convolved with the filter turned by half a circle. */
function depthwiseInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  { kernel: [height, width], strides, padding, inShape }: Windows,
): tf.Tensor {
  requireOnePerChannel(filter.shape)
  const spread = spreadOut(dy, strides)
  const [, rows, columns] = spread.shape
  const [top, left] = [height - 1 - padding.top, width - 1 - padding.left]
  // What stride left over at the end belongs to no window, or to the last one's edge.
  const bottom = inShape[1] + height - 1 - top - rows
  const right = inShape[2] + width - 1 - left - columns
  const padded = tf.pad(spread, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ])
  return tf.depthwiseConv2d(padded, tf.reverse(filter, [0, 1]), 1, 'valid')
}

function requireOnePerChannel([, , , multiplier]: readonly number[]): void {
  if (multiplier === 1) return
  throw new RangeError('a depth multiplier other than 1 has no gradient on the wasm engine')
}

/** What each place of the kernel meets on its way over the padded input, [batch, out height, out width, channels]. */
function eachTap(
  x: tf.Tensor4D,
  { kernel: [height, width], strides: [down, right], padding, outShape }: Windows,
  toGradient: (seen: tf.Tensor) => tf.Tensor,
): tf.Tensor[] {
  const [batch, rows, columns] = outShape
  const padded = tf.pad(x, [
    [0, 0],
    [padding.top, padding.bottom],
    [padding.left, padding.right],
    [0, 0],
  ])
  const places = Array.from({ length: height * width }, (_, i) => [
    Math.floor(i / width),
    i % width,
  ])
  return places.map(([row = 0, column = 0]) => {
    const end = [batch, row + (rows - 1) * down + 1, column + (columns - 1) * right + 1, x.shape[3]]
    return tf.tidy(() =>
      toGradient(tf.stridedSlice(padded, [0, row, column, 0], end, [1, down, right, 1])),
    )
  })
}

/** Zeros between rows and columns, so that a strided gradient lies where its windows did. */
function spreadOut(dy: tf.Tensor4D, [down, right]: readonly [number, number]): tf.Tensor4D {
  if (down === 1 && right === 1) return dy
  const [batch, rows, columns, channels] = dy.shape
  const apart = tf.reshape(dy, [batch, rows, 1, columns, 1, channels])
  const filled = tf.pad(apart, [
    [0, 0],
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, right - 1],
    [0, 0],
  ])
  const whole = tf.reshape<tf.Rank.R4>(filled, [batch, rows * down, columns * right, channels])
  const size = [batch, (rows - 1) * down + 1, (columns - 1) * right + 1, channels] as const
  return tf.slice(whole, [0, 0, 0, 0], [...size])
}
