import type { ModelCard } from './card'
import { PhotoError } from './errors'
import { readQuery } from './query'
import type { Query } from './query'

/** What a model costs the process that serves it, measured at start. */
export interface MemoryCost {
  /** Bytes of its weights' files, which all threads share. */
  readonly weightsBytes: number
  /**
   * By how much the process's resident memory (RSS) grew while its threads loaded the model and predicted its largest
   * batch; the first model's has the threads, the decoder and the engine's library in it.
   */
  readonly residentGrowthBytes: number
}

/** A model that is served. */
export interface ServedModel {
  readonly card: ModelCard
  readonly memory: MemoryCost
}

/** Which model a request is for, by its place among those served. */
export interface Choice {
  readonly model: number
  readonly name: string
  readonly sha256: string
  readonly top: number | undefined
}

/** Tells which model a request's query asks for: the first unless it names one. */
export type Choose = (query: Query | undefined) => Choice

/**
 * Makes the function that finds a request's model.
 *
 * @returns a function that throws PhotoError INVALID_QUERY or UNKNOWN_MODEL, which names those that there are
 */
export function createChoose(models: readonly Pick<ServedModel, 'card'>[]): Choose {
  const places = new Map(
    models.map(({ card: { name, sha256 } }, model) => [name, { model, name, sha256 }]),
  )
  const [first] = places.values()
  return (query) => {
    const { model, top } = readQuery(query)
    const place = model === undefined ? first : places.get(model)
    if (place !== undefined) return { ...place, top }
    const names = [...places.keys()].join(', ')
    throw new PhotoError('UNKNOWN_MODEL', `there is no such model here; there are: ${names}`)
  }
}

/** The body of the answer to GET /models. */
export function toModelsBody(models: readonly ServedModel[]): string {
  return JSON.stringify({
    models: models.map(({ card: { name, sha256, labels, input }, memory }, at) => ({
      name,
      sha256,
      default: at === 0,
      labels: labels.length,
      input: { width: input.width, height: input.height },
      memory,
    })),
  })
}
