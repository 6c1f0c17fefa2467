/** Tiers that are learnt from unless others are asked for. */
export const TRAINED_ON: readonly string[] = ['A', 'B', 'D']

/** Non-commercial photos may test a model, but never teach one. */
export const NEVER_TRAINED_ON = 'C'

/** Whether photos of a tier may be learnt from; where the data know no tiers, nothing is asked. */
export const isChosenTier = (tier: string | undefined, chosen: readonly string[]): boolean =>
  tier === undefined || (tier !== NEVER_TRAINED_ON && chosen.includes(tier))

/** What a tier is called where people read it. */
export const toTierName = (tier: string | undefined): string =>
  tier === undefined || tier === '' ? 'unknown' : tier

/** Why a photo of a tier is left out. */
export const toTierReason = (tier: string | undefined): string =>
  `licence tier ${toTierName(tier)} is not trained on`
