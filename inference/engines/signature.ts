import { LoadError } from '../errors'
import type { ModelCard } from '../card'

/** Sizes of an input or output as its library tells them: what is no number is any size; undefined if nothing is told. */
export type Shape = readonly (number | string | null)[] | undefined

/** Photos an engine may predict together: one, or as many as there are. */
export type Batch = 'one' | 'any'

/**
 * Compares what a model takes and gives with its card.
 *
 * @param input [batch, height, width, channels], or [batch, channels, height, width] where the layout is nchw
 * @param output [batch, …]
 * @throws LoadError MODEL_INVALID naming what is expected and what was found
 */
export function checkSignature(
  { input, labels }: Pick<ModelCard, 'input' | 'labels'>,
  found: { readonly input: Shape; readonly output: Shape },
): Batch {
  const expected = toSizes(input)
  if (found.input !== undefined && !fits(found.input, expected)) {
    throw invalid(
      `takes ${toWords(found.input)}, its card says ${toWords(['any', ...expected])} (batch, ` +
        `${input.layout === 'nchw' ? 'channels, height, width' : 'height, width, channels'})` +
        hint(found.input, input),
    )
  }
  const values = found.output?.slice(1) ?? []
  const isKnown = values.every((size) => typeof size === 'number') && values.length > 0
  const count = values.reduce<number>((product, size) => product * Number(size), 1)
  if (isKnown && count !== labels.length) {
    throw invalid(
      `gives ${toWords(found.output)}, that is ${count} values a photo, for ${labels.length} labels`,
    )
  }
  return toBatch(found.input?.[0])
}

/** The error for a model that is not what its card says, or not supported. */
export const invalid = (what: string): LoadError => new LoadError('MODEL_INVALID', `it ${what}`)

/** Without the batch. */
function toSizes({ width, height, layout }: ModelCard['input']): readonly number[] {
  return layout === 'nchw' ? [3, height, width] : [height, width, 3]
}

function fits([, ...sizes]: NonNullable<Shape>, expected: readonly number[]): boolean {
  if (sizes.length !== expected.length) return false
  return sizes.every((size, at) => typeof size !== 'number' || size === expected[at])
}

function toBatch(size: number | string | null | undefined): Batch {
  if (typeof size !== 'number') return 'any'
  if (size === 1) return 'one'
  throw invalid(`takes ${size} photos at a time; supported are models that take one, or any number`)
}

/** What is most likely wrong. */
function hint(shape: NonNullable<Shape>, input: ModelCard['input']): string {
  const { layout = 'nhwc' } = input
  const other = layout === 'nhwc' ? 'nchw' : 'nhwc'
  if (fits(shape, toSizes({ ...input, layout: other }))) return `: its layout is ${other}`
  const channels = shape[layout === 'nhwc' ? 3 : 1]
  if (shape.length !== 4) return '; supported are models of photos, with four dimensions'
  if (typeof channels !== 'number' || channels === 3) return ''
  return '; supported are models of three channels (colour) only'
}

const toWords = (shape: Shape): string =>
  `[${(shape ?? []).map((size) => (typeof size === 'number' ? String(size) : 'any')).join(', ')}]`
