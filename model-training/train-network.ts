import { join } from 'node:path'
import { LABELS } from '../inference/index'
import type { Backbone } from './backbone'
import { countBy } from './data/count-by'
import type { Entry } from './data/entry'
import { toTierName } from './data/licence-tiers'
import type { TrainingEngine } from './engine'
import { joinStores } from './join-stores'
import { isLeftOut, type LeftOutSource } from './left-out-sources'
import { toMinutes, type MadeNetwork, type Normalisation } from './made-network'
import { NETWORKS } from './networks/catalogue'
import type { Options } from './options'
import type { LoadedPhotos } from './photos'
import { pickPhotos } from './pick-photos'
import { prepareTeacher } from './prepare-teacher'
import { runTraining, toFingerprint } from './run-training'
import { tellProgress } from './tell-progress'
import type { Lessons } from './train'

export interface TrainNetworkOptions {
  readonly options: Options
  readonly photos: LoadedPhotos
  readonly engine: TrainingEngine
  /** The teacher's, if there is to be one. */
  readonly backbone: Backbone | undefined
  readonly normalisation: Normalisation
  /** Nothing of this source is learnt from. */
  readonly leftOut?: LeftOutSource
  /** For checkpoints and the teacher's features. */
  readonly cacheFolder: string
  readonly say: (line: string) => void
}

/**
 * Least share of a photo that a crop shows: a teacher says what is in a small part of it, a label
 * tells only of the whole.
 */
const SMALLEST_AREA = { withTeacher: 0.25, alone: 0.4 }

/** Trains a network of the catalogue from scratch, with a teacher if there is a backbone. */
export async function trainNetwork(given: TrainNetworkOptions): Promise<MadeNetwork> {
  const { options, photos, engine, backbone, normalisation, leftOut, cacheFolder, say } = given
  const { network: name, size, seed, epochs, views } = options
  const { create, batchSize, learningRate, weightDecay } = NETWORKS[name]
  const network = create({ size, labelCount: LABELS.length, seed })
  const smallestArea = backbone ? SMALLEST_AREA.withTeacher : SMALLEST_AREA.alone
  const lessons = await toLessons(given, smallestArea)
  const unlabelled = lessons.teacher ? (photos.unlabelled?.entries ?? []) : []
  const settings = {
    network: name,
    ...{ size, seed, epochs, smallestArea, batchSize, learningRate, weightDecay },
    engine: `${engine.name} ${engine.version}`,
    teacher: backbone ? `${backbone.sha256}, ${views} views` : 'none',
    photos: toFingerprint([...photos.dataset.entries, ...unlabelled]),
    leftOut: leftOut?.source ?? 'nothing',
  }
  const { progress, trainingTime } = await runTraining(network, {
    ...{ settings, lessons, smallestArea, batchSize, learningRate, weightDecay, say },
    ...normalisation,
    ...{ epochs, seed, patience: options.patience, resume: options.resume },
    validation: pickPhotos(photos.parts.val, (entry) => !(leftOut && isLeftOut(leftOut, entry))),
    folder: join(cacheFolder, 'training', toFolderName(options.name, leftOut)),
  })
  const facts = {
    method: 'from scratch' as const,
    epochs: progress.log.length,
    bestEpoch: progress.best.epoch,
    minutes: toMinutes(trainingTime),
    ...(backbone && {
      teacher: {
        ...{ backbone: backbone.name, sha256: backbone.sha256, views },
        unlabelledPhotos: {
          photos: unlabelled.length,
          licenceTiers: countBy(unlabelled, ({ tier }) => toTierName(tier)),
        },
      },
    }),
  }
  return { network, log: progress.log, facts }
}

async function toLessons(
  { options, photos, backbone, leftOut, cacheFolder, say }: TrainNetworkOptions,
  smallestArea: number,
): Promise<Lessons> {
  const { store, entries, labels: truth } = photos.parts.train
  const isKept = (entry: Entry): boolean => !(leftOut && isLeftOut(leftOut, entry))
  const labels = truth.map((label, i) =>
    entries.slice(i, i + 1).every(isKept) ? label : undefined,
  )
  const places = [...labels.keys()].filter((place) => labels[place] !== undefined)
  if (backbone === undefined) return { photos: store, labels, places }
  const all = photos.unlabelled ? joinStores([store, photos.unlabelled.store]) : store
  const teacher = await prepareTeacher({
    ...{ backbone, labels, smallestArea, photos: all },
    labelCount: LABELS.length,
    views: options.views,
    seed: options.seed,
    folder: join(cacheFolder, 'features'),
    onProgress: tellProgress(`asking the teacher ${backbone.name}`, say),
  })
  const unlabelled = photos.unlabelled?.entries ?? []
  return {
    photos: all,
    labels: [...labels, ...unlabelled.map(() => undefined)],
    places: [
      ...places,
      ...unlabelled.flatMap(({ source }, i) =>
        leftOut !== undefined && source === leftOut.source ? [] : [labels.length + i],
      ),
    ],
    teacher,
  }
}

/** Trainings that leave out another source are gone on with apart from each other. */
const toFolderName = (name: string, leftOut: LeftOutSource | undefined): string =>
  leftOut === undefined ? name : `${name}-without-${leftOut.source.replaceAll(/[^\w.-]+/g, '-')}`
