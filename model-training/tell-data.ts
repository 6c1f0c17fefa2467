import { readUnlabelled } from './data/read-unlabelled'
import type { ReadingOptions } from './data/reading'
import { requireEveryLabel, surveyDataset } from './dataset'
import { toDatasetReport } from './dataset-report'
import type { Options } from './options'
import { toHeldOut } from './photos'

/**
 * Tells what a training would use, and what not, also of data that lack photos.
 *
 * @param tell takes the text
 * @throws DatasetError if the data cannot be trained on
 */
export async function tellData(
  { data, unlabelled, tiers, seed, photosPerLabel }: Options,
  reading: ReadingOptions,
  tell: (text: string) => void,
): Promise<void> {
  const dataset = await surveyDataset(data, { ...reading, tiers, seed, photosPerLabel })
  const heldOut = toHeldOut(dataset)
  const more =
    unlabelled === undefined
      ? undefined
      : await readUnlabelled(unlabelled, { ...reading, tiers, heldOut })
  tell(`${toDatasetReport(dataset, more).join('\n')}\n`)
  requireEveryLabel(dataset.entries, dataset.excluded)
}
