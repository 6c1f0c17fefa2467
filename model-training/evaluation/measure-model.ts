import { createRandom, shuffle } from '../random'
import type { ChosenPhotos } from './choose-photos'
import { measureCpu, ROUNDS, type CpuTimes } from './measure-cpu'
import { measureRobustness } from './measure-robustness'
import type { Robustness } from './model-evaluation'
import { createVariants } from './photo-variants'
import { predictPhotos, type PairOutcomes, type PhotoOutcome } from './predict-photos'
import type { DataPhoto } from './read-data'
import type { ReadPhoto } from './read-photo'
import { createSteps, type OnProgress, type Steps } from './steps'
import type { Tools } from './tools'

/** All that was measured of a model, before it is reduced. */
export interface Measurements {
  /** A pair each, the reference first; outcomes in the order of the chosen photos. */
  readonly plain: readonly [PairOutcomes, ...PairOutcomes[]]
  /** Of the validation part by the reference. */
  readonly validation: readonly PhotoOutcome[]
  readonly robustness: Robustness
  /** Null where it was not to be measured, or of no photo. */
  readonly cpu: CpuTimes | null
}

interface MeasureOptions {
  readonly chosen: ChosenPhotos
  readonly tools: Tools
  readonly read: ReadPhoto
  /** Place of each chosen photo's label. */
  readonly truths: readonly number[]
  readonly seed: number
  readonly robustness: boolean
  readonly cpu: boolean
  readonly onProgress: OnProgress | undefined
}

/** Photos whose decoding is measured. */
const SAMPLE = 8

/** What one photo's ways cost against each other, in units of about 10 ms. */
const COST = { plain: 2, validation: 1, round: 6 }

/** Predicts the chosen photos by every pair, and measures what else was asked for. */
export async function measureModel(options: MeasureOptions): Promise<Measurements> {
  const { chosen, tools } = options
  const steps = createSteps(options.onProgress)
  const { engines, decoders } = tools
  const planned = [
    chosen.photos.length * decoders.length * COST.plain,
    chosen.validation.length * COST.validation,
    options.cpu ? ROUNDS * toJobCount(tools) * COST.round : 0,
  ]
  steps.plan(planned.reduce((sum, cost) => sum + cost, 0))
  const variants = await planVariants(options, steps)
  const load = ({ file }: DataPhoto) => options.read(file)
  const [reference, ...others] = await predictPhotos(chosen.photos, {
    engines,
    decoders,
    load,
    onPhotos: (count) => {
      steps.advance(count * decoders.length * COST.plain, 'every engine and decoder')
    },
  })
  if (reference === undefined) throw new Error('no pair of engine and decoder')
  const [validation] = await predictPhotos(chosen.validation, {
    engines: [engines[0]],
    decoders: [decoders[0]],
    load,
    onPhotos: (count) => {
      steps.advance(count * COST.validation, 'the validation part')
    },
  })
  const plain = [reference, ...others] as const
  return {
    plain,
    validation: validation?.outcomes ?? [],
    robustness: await changePhotos(options, { plain, variants, steps }),
    cpu: options.cpu ? await timeTools(options, { plain, steps }) : null,
  }
}

const toJobCount = ({ engines, decoders }: Tools): number => 2 * engines.length + decoders.length

type Variants =
  | { readonly state: 'skipped'; readonly reason: string }
  | { readonly state: 'given'; readonly variants: Awaited<ReturnType<typeof createVariants>> }

async function planVariants(
  { robustness, chosen, tools }: MeasureOptions,
  steps: Steps,
): Promise<Variants> {
  if (!robustness) return { state: 'skipped', reason: 'it was not asked for' }
  try {
    const variants = await createVariants()
    const cost = variants.reduce((sum, variant) => sum + COST.plain + variant.cost, 0)
    steps.plan(cost * chosen.photos.length * tools.decoders.length)
    return { state: 'given', variants }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { state: 'skipped', reason: `sharp, which changes the photos, does not load: ${reason}` }
  }
}

async function changePhotos(
  { chosen, tools, truths, read }: MeasureOptions,
  { plain, variants, steps }: Pick<Measurements, 'plain'> & { variants: Variants; steps: Steps },
): Promise<Robustness> {
  if (variants.state === 'skipped') return variants
  return measureRobustness(
    chosen.photos.map(({ file }) => file),
    {
      variants: variants.variants,
      engines: tools.engines,
      decoders: tools.decoders,
      plain,
      truths,
      read,
      onPhotos: ({ name, cost }, count) => {
        const each = (COST.plain + cost) * tools.decoders.length
        steps.advance(each * count, `photos changed: ${name}`)
      },
    },
  )
}

async function timeTools(
  { chosen, tools, seed, read }: MeasureOptions,
  { plain, steps }: Pick<Measurements, 'plain'> & { steps: Steps },
): Promise<CpuTimes | null> {
  const good = chosen.photos.filter((_, i) =>
    plain.every(({ outcomes }) => outcomes[i]?.state === 'judged'),
  )
  if (good.length === 0) return null
  const sample = shuffle(good, createRandom(seed)).slice(0, SAMPLE)
  return measureCpu({
    ...tools,
    photos: await Promise.all(sample.map(({ file }) => read(file))),
    seed,
    onRound: () => {
      steps.advance(toJobCount(tools) * COST.round, 'processor times')
    },
  })
}
