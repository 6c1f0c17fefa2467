type Headers = Readonly<Record<string, string>>

/** Of a rejection's headers those that say why, for where all of them are too much. */
export const toReasonHeaders = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('rejected-')))
