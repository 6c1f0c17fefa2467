import { toThree } from './format'
import type { TemperatureScaling } from './model-evaluation'

const VERDICTS = {
  helps: 'it helps',
  harms: 'it harms',
  undecided: 'it is not shown to help',
} as const

/** Says plainly whether temperature scaling helps. */
export function describeTemperature(scaling: TemperatureScaling): string {
  if (scaling.state === 'skipped') return `Temperature scaling was not tried: ${scaling.reason}.`
  const { temperature, validationPhotos, photos, before, after, lossChange, verdict } = scaling
  const { value, lower, upper } = lossChange
  return (
    `A temperature of ${toThree(temperature)}, fitted to ${validationPhotos} validation photos, changes the loss on ` +
    `${photos} test photos from ${toThree(before.loss)} to ${toThree(after.loss)} (by ${toThree(value)}, ` +
    `${toThree(lower)} to ${toThree(upper)}) and the ECE from ${toThree(before.ece)} to ${toThree(after.ece)}: ` +
    `${VERDICTS[verdict]}.`
  )
}
