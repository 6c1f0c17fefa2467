import { compareOutcomes } from './compare-outcomes'
import type { Robustness, RobustnessRow } from './model-evaluation'
import type { PhotoVariant } from './photo-variants'
import { predictPhotos, type PairOutcomes } from './predict-photos'
import { UnreadablePhotoError } from './read-photo'
import type { DecoderTool, EngineTool } from './tools'

interface RobustnessOptions {
  readonly variants: readonly PhotoVariant[]
  readonly engines: readonly EngineTool[]
  readonly decoders: readonly DecoderTool[]
  /** Of the unchanged photos, each engine with each decoder. */
  readonly plain: readonly PairOutcomes[]
  /** Place of each photo's label. */
  readonly truths: readonly number[]
  readonly read: (file: string) => Promise<Uint8Array>
  readonly onPhotos: (variant: PhotoVariant, count: number) => void
}

/**
 * Serves changed photos and compares them with themselves as they were, by every engine and decoder. A photo is changed
 * once, and decoded once by each decoder, whose pixels all engines are given.
 *
 * @param files of the photos, in the order of `plain`
 */
export async function measureRobustness(
  files: readonly string[],
  options: RobustnessOptions,
): Promise<Robustness> {
  const { variants, engines, decoders, plain, truths, read, onPhotos } = options
  const rows: RobustnessRow[] = []
  for (const variant of variants) {
    const changed = await predictPhotos(files, {
      engines,
      decoders,
      load: async (file) => change(variant, await read(file)),
      onPhotos: (count) => {
        onPhotos(variant, count)
      },
    })
    for (const { engine, decoder, outcomes } of changed) {
      const unchanged = plain.find((pair) => pair.engine === engine && pair.decoder === decoder)
      const comparison = compareOutcomes(outcomes, unchanged?.outcomes ?? [], truths)
      if (comparison === undefined) continue
      rows.push({ variant: variant.name, engine, decoder, ...comparison })
    }
  }
  const described = variants.map(({ name, description }) => [name, description])
  return {
    state: 'measured',
    variants: Object.fromEntries(described) as Readonly<Record<string, string>>,
    rows,
  }
}

async function change(variant: PhotoVariant, photo: Uint8Array): Promise<Uint8Array> {
  try {
    return await variant.change(photo)
  } catch (cause) {
    throw new UnreadablePhotoError(`cannot be ${variant.description}`, { cause })
  }
}
