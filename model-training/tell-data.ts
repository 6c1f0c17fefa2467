import { readUnlabelled } from './data/read-unlabelled'
import type { ReadingOptions } from './data/reading'
import { readDataset } from './dataset'
import { toDatasetReport } from './dataset-report'
import type { Options } from './options'
import { toHeldOut } from './photos'

/**
 * What a training would use, and what not, as text.
 *
 * @throws DatasetError if the data cannot be trained on
 */
export async function tellData(
  { data, unlabelled, tiers, seed, photosPerLabel }: Options,
  reading: ReadingOptions,
): Promise<string> {
  const dataset = await readDataset(data, { ...reading, tiers, seed, photosPerLabel })
  const heldOut = toHeldOut(dataset)
  const more =
    unlabelled === undefined
      ? undefined
      : await readUnlabelled(unlabelled, { ...reading, tiers, heldOut })
  return `${toDatasetReport(dataset, more).join('\n')}\n`
}
