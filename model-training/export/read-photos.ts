import { decode, loadDecoder, PhotoError, type ModelInput } from '../../inference/index'
import { PATIENT_LIMITS } from '../data/patient-limits'
import { DataError } from '../evaluation/data-error'
import { readData, type DataPhoto, type EvaluationData } from '../evaluation/read-data'
import { UnreadablePhotoError, type ReadPhoto } from '../evaluation/read-photo'
import { toTrainingSplit } from '../evaluation/training-split'
import { createRandom, shuffle } from '../random'

/** A decoded photo. */
export interface DecodedPhoto {
  /** [height * width * 3], 0..255, at the size of the model's input. */
  readonly rgb: Uint8Array
  /** Place of its label among the model's. */
  readonly label: number
  /** No training photo of this label comes from this photo's source. */
  readonly heldoutSource: boolean
}

/** Photos by what they are for; those that cannot be decoded are counted. */
export interface PhotoParts {
  /** To look for ranges in. */
  readonly calibration: readonly DecodedPhoto[]
  /** To choose by. */
  readonly validation: readonly DecodedPhoto[]
  /** To tell figures of; none where the data have no such part. */
  readonly test: readonly DecodedPhoto[]
  readonly damaged: number
}

export interface ReadPhotosOptions {
  readonly model: {
    readonly name: string
    readonly labels: readonly string[]
    readonly input: Pick<ModelInput, 'width' | 'height'>
    /** Of its card. */
    readonly training?: unknown
  }
  /** Decides which photos are drawn, and the parts where neither data nor card do. */
  readonly seed: number
  readonly signal: AbortSignal | undefined
}

/**
 * Decodes some photos of data, whatever part they are in.
 *
 * @throws DataError if there are none
 */
export async function readAnyPhotos(
  path: string,
  count: number,
  options: ReadPhotosOptions,
): Promise<{ readonly photos: readonly DecodedPhoto[]; readonly damaged: number }> {
  const data = await read(path, 'all', options)
  const photos = shuffle(data.photos, createRandom(options.seed))
  return decodeSome(photos, { ...options, count, read: data.read, where: 'the data' })
}

/**
 * Decodes photos of the training part to look for ranges in, and all of the other parts. Where the data say nothing of
 * parts, as those of labels other than the project's, photos that ranges are not looked for in stand for the validation part.
 *
 * @throws DataError if there are none for one of the two, or a label is none of the model's
 */
export async function readPhotoParts(
  path: string,
  count: number,
  options: ReadPhotosOptions,
): Promise<PhotoParts> {
  const data = await read(path, 'train', options)
  requireLabels(data.photos, options.model)
  const some = { ...options, read: data.read }
  const all = shuffle(data.photos, createRandom(options.seed))
  const isSplit = data.splitFrom !== 'none'
  const partOf = (part: DataPhoto['split']) => all.filter(({ split }) => split === part)
  const training = isSplit ? partOf('train') : all.slice(0, Math.ceil(all.length / 2))
  const calibration = await decodeSome(training, { ...some, count, where: 'the training part' })
  const others = isSplit ? partOf('val') : all.slice(training.length)
  const validation = await decodeSome(others, { ...some, where: 'the validation part' })
  const tested = partOf('test')
  const test =
    tested.length > 0 ? await decodeSome(tested, { ...some, where: 'the test part' }) : undefined
  return {
    calibration: calibration.photos,
    validation: validation.photos,
    test: test?.photos ?? [],
    damaged: calibration.damaged + validation.damaged + (test?.damaged ?? 0),
  }
}

/** In the parts that the model learnt with, lest ranges be looked for in its test part. */
function read(
  path: string,
  split: 'train' | 'all',
  { model, seed, signal }: ReadPhotosOptions,
): Promise<EvaluationData> {
  const { labels, training } = model
  const known = toTrainingSplit(training)
  return readData(path, { ...known, labels, split, seed: known.seed ?? seed, signal })
}

function requireLabels(
  photos: readonly DataPhoto[],
  { name, labels }: ReadPhotosOptions['model'],
): void {
  const foreign = photos.find(({ label }) => !labels.includes(label))
  if (foreign === undefined) return
  throw new DataError(
    `the data have photos of "${foreign.label}", which the model ${name} does not know`,
  )
}

interface DecodeOptions extends ReadPhotosOptions {
  readonly read: ReadPhoto
  /** What the photos are of, for a person. */
  readonly where: string
  /** Of those that can be decoded; all by default. */
  readonly count?: number
}

async function decodeSome(
  photos: readonly DataPhoto[],
  { read, where, count = Infinity, model, signal }: DecodeOptions,
): Promise<{ photos: DecodedPhoto[]; damaged: number }> {
  const decoder = await loadDecoder('sharp')
  const { width, height } = model.input
  const decoded: DecodedPhoto[] = []
  let damaged = 0
  for (const { file, label, heldoutSource } of photos) {
    if (decoded.length >= count) break
    signal?.throwIfAborted()
    try {
      const rgb = await decode(await read(file), { decoder, width, height, limits: PATIENT_LIMITS })
      decoded.push({ rgb, label: model.labels.indexOf(label), heldoutSource })
    } catch (error) {
      if (!(error instanceof PhotoError || error instanceof UnreadablePhotoError)) throw error
      damaged += 1
    }
  }
  if (decoded.length > 0) return { photos: decoded, damaged }
  throw new DataError(
    photos.length === 0
      ? `there is no photo in ${where} to export with: name a folder with more, or with a manifest`
      : `none of the ${photos.length} photos in ${where} can be decoded`,
  )
}
