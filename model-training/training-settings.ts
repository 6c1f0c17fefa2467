import { createHash } from 'node:crypto'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Backbone } from './backbone'
import type { Settings } from './checkpoint'
import type { Fingerprint } from './data/fingerprint'
import type { TrainingEngine } from './engine'
import type { LeftOutSource } from './left-out-sources'
import type { Options } from './options'
import type { LoadedPhotos } from './photos'
import { RECIPE } from './recipe'
import type { TrainOptions } from './train'

interface SettingsOptions {
  readonly options: Pick<Options, 'network' | 'size' | 'epochs' | 'views'>
  readonly photos: Pick<LoadedPhotos, 'dataset' | 'fingerprints' | 'unlabelled'>
  readonly engine: Pick<TrainingEngine, 'name' | 'version'>
  readonly backbone: Pick<Backbone, 'sha256'> | undefined
  readonly leftOut?: LeftOutSource | undefined
  readonly learning: Pick<
    TrainOptions,
    'trainingSize' | 'viewing' | 'batchSize' | 'learningRate' | 'weightDecay'
  >
}

/** All that a training depends on; an interrupted one is gone on with only if nothing of it has changed. */
export function toSettings(
  network: Pick<LayersModel, 'getConfig'>,
  { options, photos, engine, backbone, leftOut, learning }: SettingsOptions,
): Settings {
  const { network: name, size, epochs, views } = options
  const { viewing, ...rates } = learning
  const unlabelled = backbone === undefined ? undefined : photos.unlabelled
  return {
    network: name,
    ...{ size, epochs, ...viewing, ...rates, recipe: RECIPE },
    architecture: toSum([JSON.stringify(network.getConfig(), withoutSeeds)]),
    engine: `${engine.name} ${engine.version}`,
    teacher: backbone ? `${backbone.sha256}, ${views} views` : 'none',
    photos: toSum([
      ...toLines(photos.dataset.entries, photos.fingerprints),
      ...(unlabelled ? toLines(unlabelled.entries, unlabelled.fingerprints) : []),
    ]),
    leftOut: leftOut?.source ?? 'nothing',
  }
}

/** Of first weights, which are a setting of their own. */
const withoutSeeds = (key: string, value: unknown): unknown => (key === 'seed' ? undefined : value)

/** Tells one set of photos and splits from another, also where only what is in a file has changed. */
const toLines = (
  entries: readonly { readonly file: string; readonly label?: string; readonly split?: string }[],
  fingerprints: ReadonlyMap<string, Fingerprint>,
): string[] =>
  entries.map(({ file, label, split }) =>
    JSON.stringify([file, label, split, fingerprints.get(file)?.sha256]),
  )

function toSum(lines: readonly string[]): string {
  const hash = createHash('sha256')
  for (const line of lines) hash.update(`${line}\n`)
  return hash.digest('hex')
}
