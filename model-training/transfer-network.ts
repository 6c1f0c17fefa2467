import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import { LABELS } from '../inference/index'
import type { Backbone } from './backbone'
import type { Head } from './head'
import { toMinutes, type MadeNetwork } from './made-network'
import { LOGITS_LAYER } from './networks/network'
import { toNetwork } from './networks/to-network'
import type { Options } from './options'
import type { LoadedPhotos } from './photos'
import { fitHeadOn } from './prepare-teacher'
import { tellProgress } from './tell-progress'

interface TransferOptions {
  readonly options: Options
  readonly photos: LoadedPhotos
  readonly backbone: Backbone
  /** For the backbone's features. */
  readonly cacheFolder: string
  readonly say: (line: string) => void
}

/** The labels are told by most of a photo, not by a corner of it. */
const SMALLEST_AREA = 0.4

/** Plain transfer learning: the backbone as it is, and a head fitted on its features. */
export async function transferNetwork(given: TransferOptions): Promise<MadeNetwork> {
  const { options, photos, backbone, cacheFolder, say } = given
  const startedAt = performance.now()
  const { store, labels } = photos.parts.train
  const { head } = await fitHeadOn({
    ...{ backbone, labels, photos: store, smallestArea: SMALLEST_AREA },
    labelCount: LABELS.length,
    views: options.views,
    seed: options.seed,
    folder: join(cacheFolder, 'features'),
    onProgress: tellProgress(`features of ${backbone.name}`, say),
  })
  const teacher = {
    ...{ backbone: backbone.name, sha256: backbone.sha256, views: options.views },
  }
  return {
    network: createTransferNetwork(backbone, head),
    log: [],
    facts: {
      method: 'transfer',
      epochs: 0,
      bestEpoch: 0,
      minutes: toMinutes(performance.now() - startedAt),
      teacher,
    },
  }
}

/** A backbone with a head of our labels: a network like any other. */
export function createTransferNetwork({ body }: Backbone, head: Head): tfl.LayersModel {
  const labelCount = head.bias.length
  const [input, features] = [body.inputs[0], body.outputs[0]]
  if (input === undefined || features === undefined)
    throw new Error('a backbone has an input and features')
  // The first weights do not matter: the head's take their place.
  const network = toNetwork(input, features, { labelCount, seed: 0, name: 'transfer_network' })
  tf.tidy(() => {
    network
      .getLayer(LOGITS_LAYER)
      .setWeights([
        tf.tensor2d(head.kernel, [head.kernel.length / labelCount, labelCount]),
        tf.tensor1d(head.bias),
      ])
  })
  return network
}
