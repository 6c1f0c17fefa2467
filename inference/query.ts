import { PhotoError } from './errors'

/** A request's query as hosts parse it: a text where a name is given once. */
export type Query = Readonly<Record<string, unknown>>

/** What a request's query asks for. */
export interface Asked {
  /** Name of the model. */
  readonly model: string | undefined
  /** How many of the most probable labels to tell. */
  readonly top: number | undefined
}

/**
 * Reads `model` and `top` of a request's query; other names mean nothing here.
 *
 * @throws PhotoError INVALID_QUERY where one is given more than once, or `top` is no whole number of at least 1
 */
export function readQuery(query: Query = {}): Asked {
  const top = once(query, 'top')
  if (top !== undefined && !/^[1-9]\d{0,5}$/.test(top)) {
    throw new PhotoError('INVALID_QUERY', 'top must be a whole number from 1 to 999999')
  }
  return { model: once(query, 'model'), top: top === undefined ? undefined : Number(top) }
}

function once(query: Query, name: 'model' | 'top'): string | undefined {
  const value = query[name]
  if (value === undefined || typeof value === 'string') return value
  throw new PhotoError('INVALID_QUERY', `${name} must be given at most once, as one text`)
}
