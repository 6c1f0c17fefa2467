import { layers } from '@tensorflow/tfjs-layers'
import type { LayersModel as Model } from '../../../inference/model'
import { HEIGHT, WIDTH } from './networks'

type Topology = Model['topology']

interface Entry {
  readonly class_name: string
  readonly config: Readonly<Record<string, unknown>>
}

type Change = (topology: Topology) => Topology

/** Topologies that Keras 2 writes and TensorFlow.js does not, made of what TensorFlow.js writes. */
export const KERAS: readonly [name: string, body: () => layers.Layer[], change: Change][] = [
  ['a model in its wrapping', () => [], (topology) => ({ model_config: topology })],
  [
    'Sequential as a mere list of layers',
    () => [],
    (topology) => ({ ...topology, config: entriesOf(topology) }),
  ],
  [
    'Sequential without its input layer',
    () => [layers.reLU()],
    (topology) => {
      const [, ...entries] = entriesOf(topology)
      const changed = { ...topology, config: { layers: entries } }
      return withConfig(changed, 0, { batch_input_shape: [null, HEIGHT, WIDTH, 3] })
    },
  ],
  [
    'photos of any size',
    () => [],
    (topology) => withConfig(topology, 0, { batch_input_shape: [null, null, null, 3] }),
  ],
  [
    'the multiplier of SeparableConv2D',
    () => [layers.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2 })],
    (topology) => withConfig(topology, 1, { depth_multiplier: 2 }),
  ],
  [
    'the open size of Reshape as -1',
    () => [layers.reshape({ targetShape: [4, 66] })],
    (topology) => withConfig(topology, 1, { target_shape: [4, -1] }),
  ],
  [
    'the axis of BatchNormalization as a list',
    () => [layers.batchNormalization()],
    (topology) => withConfig(topology, 1, { axis: [3] }),
  ],
  [
    'no strides of pooling',
    () => [layers.maxPooling2d({ poolSize: 3 })],
    (topology) => withConfig(topology, 1, { strides: null }),
  ],
  [
    'swish by its other name',
    () => [layers.activation({ activation: 'swish' })],
    (topology) => withConfig(topology, 1, { activation: 'silu' }),
  ],
  [
    'SpatialDropout2D',
    () => [layers.dropout({ rate: 0.5 })],
    (topology) => withConfig(topology, 1, {}, 'SpatialDropout2D'),
  ],
]

function entriesOf(topology: Topology): readonly Entry[] {
  return (topology['config'] as { layers: readonly Entry[] }).layers
}

function withConfig(topology: Topology, at: number, changes: object, className?: string): Topology {
  const entries = entriesOf(topology).map((entry, index) =>
    index === at
      ? { class_name: className ?? entry.class_name, config: { ...entry.config, ...changes } }
      : entry,
  )
  return { ...topology, config: { layers: entries } }
}
