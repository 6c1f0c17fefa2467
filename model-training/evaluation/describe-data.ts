import type { ModelEvaluation } from './model-evaluation'

/** Which photos were evaluated, in a sentence. */
export function describeData({ photos, failed, data }: ModelEvaluation): string {
  const part = data.split === 'all' ? 'all parts' : `the ${data.split} part`
  const drawn =
    data.photosPerLabel === null ? '' : ` of at most ${data.photosPerLabel} photos of each label`
  const from = {
    data: `${part}, as the data say`,
    seed: `${part}, by the seed ${data.seed}${drawn}`,
    none: 'all there are',
  }[data.splitFrom]
  const lost = failed.length > 0 ? `; ${failed.length} more could not be read or decoded` : ''
  return `${photos} photos (${from})${lost}.`
}
