import type { Cost } from '../cost'
import { toLine } from '../format'
import { toChoiceWords } from '../tables/cost'

/** From how many requests a day on which twin costs less; nothing where it cannot be told. */
export function toBillingSentence(cost: Cost | undefined): string {
  if (cost === undefined || 'reason' in cost.choice) return ''
  const { date, scaleToZero } = cost.prices
  return (
    `Neither twin ends by itself when nobody asks; of a function that does, billed as by ${toLine(scaleToZero.name)} on ` +
    `${date}, a model says: ${toLowerCase(toChoiceWords(cost.choice))}`
  )
}

const toLowerCase = (sentence: string): string =>
  sentence.replace(/^./, (first) => first.toLowerCase())
