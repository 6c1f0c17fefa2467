import { join } from 'node:path'
import { LABELS } from '../inference/index'
import type { Backbone } from './backbone'
import { countBy } from './data/count-by'
import type { Entry } from './data/entry'
import { toTierName } from './data/licence-tiers'
import { toSources } from './data/to-sources'
import type { TrainingEngine } from './engine'
import { joinStores } from './join-stores'
import { isLeftOut, type LeftOutSource } from './left-out-sources'
import { toEpochFacts, toMinutes, type MadeNetwork } from './made-network'
import { NETWORKS } from './networks/catalogue'
import type { Normalisation } from './normalisation'
import type { Options } from './options'
import type { LoadedPhotos } from './photos'
import { pickPhotos } from './pick-photos'
import { prepareTeacher } from './prepare-teacher'
import { runTraining } from './run-training'
import { tellProgress } from './tell-progress'
import type { Lessons } from './train'
import { toSettings } from './training-settings'
import type { ViewOptions } from './views'

/** What a network of the catalogue is trained with. */
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
  /** Stops the training with its reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Least share of a photo that a crop shows: a teacher says what is in a small part of it, a label
 * tells only of the whole.
 */
const SMALLEST_AREA = { withTeacher: 0.25, alone: 0.4 }

/** Only a teacher knows what two photos are, one over the other. */
const MIXED_SHARE = 0.5

/** Trains a network of the catalogue from scratch, with a teacher if there is a backbone. */
export async function trainNetwork(given: TrainNetworkOptions): Promise<MadeNetwork> {
  const { options, photos, backbone, normalisation, leftOut, cacheFolder, say } = given
  const { network: name, size, seed, epochs, views } = options
  const learning = toLearning(given)
  const network = NETWORKS[name].create({ size, labelCount: LABELS.length, seed })
  const { lessons, teacherTime } = await toLessons(given, learning.viewing)
  const unlabelled = lessons.teacher ? (photos.unlabelled?.entries ?? []) : []
  const { progress, trainingTime } = await runTraining(network, {
    ...{ lessons, ...learning, ...normalisation, say, signal: given.signal },
    ...{ epochs, seed, patience: options.patience, resume: options.resume },
    settings: toSettings(network, { ...given, learning }),
    validation: pickPhotos(photos.parts.val, (entry) => !(leftOut && isLeftOut(leftOut, entry))),
    folder: join(cacheFolder, 'training', toFolderName(options.name, leftOut)),
  })
  const facts = {
    method: 'from scratch' as const,
    ...toEpochFacts(progress, epochs),
    minutes: toMinutes(trainingTime),
    ...(backbone && {
      teacher: {
        ...{ backbone: backbone.name, sha256: backbone.sha256, views },
        ...(teacherTime !== undefined && { minutes: toMinutes(teacherTime) }),
        unlabelledPhotos: {
          photos: unlabelled.length,
          licenceTiers: countBy(unlabelled, ({ tier }) => toTierName(tier)),
          sources: toSources(unlabelled),
        },
      },
    }),
  }
  return { network, log: progress.log, trainingTime, teacherTime, facts }
}

/** How it learns; apart from the options, the network and whether it has a teacher decide it. */
function toLearning(given: TrainNetworkOptions) {
  const { network, size } = given.options
  const { batchSize, learningRate, weightDecay, trainingSizeShare } = NETWORKS[network]
  return {
    ...{ batchSize, weightDecay },
    learningRate: given.backbone === undefined ? learningRate.alone : learningRate.taught,
    trainingSize: Math.round(size * trainingSizeShare),
    viewing: toViewOptions(given),
  }
}

function toViewOptions({ options: { seed }, backbone, leftOut }: TrainNetworkOptions): ViewOptions {
  if (backbone === undefined) return { seed, smallestArea: SMALLEST_AREA.alone, mixedShare: 0 }
  // A photo that is left out would be seen over others.
  const mixedShare = leftOut === undefined ? MIXED_SHARE : 0
  return { seed, smallestArea: SMALLEST_AREA.withTeacher, mixedShare }
}

async function toLessons(
  { options, photos, backbone, leftOut, cacheFolder, say, signal }: TrainNetworkOptions,
  viewing: ViewOptions,
): Promise<{ readonly lessons: Lessons } & Pick<MadeNetwork, 'teacherTime'>> {
  const { store, entries, labels: truth } = photos.parts.train
  const isKept = (entry: Entry): boolean => !(leftOut && isLeftOut(leftOut, entry))
  const labels = truth.map((label, i) =>
    entries.slice(i, i + 1).every(isKept) ? label : undefined,
  )
  const places = [...labels.keys()].filter((place) => labels[place] !== undefined)
  if (backbone === undefined)
    return { lessons: { photos: store, labels, places }, teacherTime: undefined }
  const all = photos.unlabelled ? joinStores([store, photos.unlabelled.store]) : store
  const { teacher, featuresTime } = await prepareTeacher({
    ...{ backbone, labels, viewing, photos: all },
    labelCount: LABELS.length,
    views: options.views,
    folder: join(cacheFolder, 'features'),
    onProgress: tellProgress(`asking the teacher ${backbone.name}`, say),
    ...{ onNotice: say, signal },
  })
  const unlabelled = photos.unlabelled?.entries ?? []
  const lessons: Lessons = {
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
  return { lessons, teacherTime: featuresTime }
}

/** Trainings that leave out another source are gone on with apart from each other. */
const toFolderName = (name: string, leftOut: LeftOutSource | undefined): string =>
  leftOut === undefined ? name : `${name}-without-${leftOut.source.replaceAll(/[^\w.-]+/g, '-')}`
