import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { NetworkOptions } from './network'
import { createPaperCnn } from './paper-cnn'
import { createPhotoNet } from './photo-net'

/** How a network is made and trained, unless the command says otherwise. */
export interface CatalogueEntry {
  readonly create: (options: NetworkOptions) => LayersModel
  /** Width and height of the input in pixels. */
  readonly size: number
  readonly batchSize: number
  /** At its highest. */
  readonly learningRate: number
  readonly weightDecay: number
}

/** The networks that can be trained, by name. */
export const NETWORKS = {
  'photo-net': {
    create: createPhotoNet,
    size: 128,
    batchSize: 64,
    learningRate: 0.2,
    weightDecay: 1e-4,
  },
  'paper-cnn': {
    create: createPaperCnn,
    size: 128,
    batchSize: 32,
    // Without batch norm, a higher one makes the loss infinite.
    learningRate: 0.01,
    weightDecay: 5e-4,
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>

export type NetworkName = keyof typeof NETWORKS

export const NETWORK_NAMES = Object.keys(NETWORKS) as readonly NetworkName[]
