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
  readonly signal?: AbortSignal | undefined
}

/** The labels are told by most of a photo, not by a corner of it. */
const SMALLEST_AREA = 0.4

/** Plain transfer learning: the backbone as it is, and a head fitted on its features. */
export async function transferNetwork(given: TransferOptions): Promise<MadeNetwork> {
  const { options, photos, backbone, cacheFolder, say, signal } = given
  const { store, labels } = photos.parts.train
  const { head, fittingTime, featuresTime } = await fitHeadOn({
    ...{ backbone, labels, photos: store },
    viewing: { seed: options.seed, smallestArea: SMALLEST_AREA, mixedShare: 0 },
    labelCount: LABELS.length,
    views: options.views,
    folder: join(cacheFolder, 'features'),
    onProgress: tellProgress(`features of ${backbone.name}`, say),
    ...{ onNotice: say, signal },
  })
  const teacher = {
    ...{ backbone: backbone.name, sha256: backbone.sha256, views: options.views },
    ...(featuresTime !== undefined && { minutes: toMinutes(featuresTime) }),
  }
  return {
    network: createTransferNetwork(backbone, head),
    log: [],
    trainingTime: fittingTime,
    teacherTime: featuresTime,
    facts: {
      method: 'transfer',
      epochs: 0,
      bestEpoch: 0,
      minutes: toMinutes(fittingTime),
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
