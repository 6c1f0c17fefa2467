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
  /** At its highest: of a network that learns from labels alone, and of one with a teacher. */
  readonly learningRate: { readonly alone: number; readonly taught: number }
  readonly weightDecay: number
  /**
   * Size of the photos that are learnt from, as a share of the network's: whole photos, which are served, show things
   * smaller than their parts do, which are learnt from, so that a network sees best in larger ones (Touvron et al. 2019).
   */
  readonly trainingSizeShare: number
}

/** The networks that can be trained, by name. */
export const NETWORKS = {
  'photo-net': {
    create: createPhotoNet,
    size: 128,
    batchSize: 64,
    // Batch norm makes the size of the loss, and so of its gradients, nearly indifferent.
    learningRate: { alone: 0.2, taught: 0.2 },
    weightDecay: 1e-4,
    trainingSizeShare: 0.8125,
  },
  'paper-cnn': {
    create: createPaperCnn,
    size: 128,
    batchSize: 32,
    // Without batch norm, twice as much makes the loss rise.
    learningRate: { alone: 0.01, taught: 0.007 },
    weightDecay: 5e-4,
    // Its dense layer takes photos of one size only.
    trainingSizeShare: 1,
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>

export type NetworkName = keyof typeof NETWORKS

export const NETWORK_NAMES = Object.keys(NETWORKS) as readonly NetworkName[]
