/** A time in ms; a dash where there is none. */
export const toMs = (ms: number | undefined): string => (ms === undefined ? '–' : ms.toFixed(1))

/** A probability in percent. */
export const toPercent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** A number of things, in words. */
export const toCount = (count: number, thing: string): string =>
  `${count} ${thing}${count === 1 ? '' : 's'}`
