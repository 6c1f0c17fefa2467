import { PhotoError } from './errors'
import type { ErrorCode } from './errors'
import { readForm } from './form'
import type { ClassifyOptions } from './job'
import { requireLength, requirePhotoType } from './photo-type'
import type { Classification, Timings } from './prediction'
import { toProblemDetails } from './problem'
import type { Query } from './query'
import { toMicroseconds, toServerTiming } from './server-timing'
import { createChoose, toModelsBody } from './served-models'
import type { Choice, ServedModel } from './served-models'

const JSON_TYPE = 'application/json; charset=utf-8'

/** An HTTP request as any host can give it. */
export interface PhotoRequest {
  readonly method: string
  /** Only GET /models means something other than a photo; a host may leave it out. */
  readonly path?: string
  /** `model` and `top`, parsed by the host. */
  readonly query?: Query
  /** Lower-case names, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array
  /** Aborts when the client goes away. */
  readonly signal?: AbortSignal
}

/** An HTTP response as any host can send it, and for its log and metrics what happened. */
export interface PhotoResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly outcome: ResponseOutcome
}

export type ResponseOutcome =
  | {
      readonly state: 'completed'
      /** Name of the model that answered. */
      readonly model: string
      readonly label: string
      readonly timings: Timings
    }
  /** The models were listed. */
  | { readonly state: 'listed' }
  | {
      readonly state: 'failed'
      /** Name of the model that was asked for, where the request came that far. */
      readonly model: string | undefined
      readonly code: ErrorCode
      readonly error: unknown
    }

interface ResponderOptions {
  readonly classify: (photo: Uint8Array, options: ClassifyOptions) => Promise<Classification>
  /** The first answers a request that names none. */
  readonly models: readonly ServedModel[]
  readonly maxBytes: number
}

/**
 * The one meaning of `POST /classify` and `GET /models`, the same on every host. Never rejects: an error is a response,
 * too.
 */
export type Respond = (request: PhotoRequest) => Promise<PhotoResponse>

/** Makes the function that answers requests. */
export function createRespond({ classify, models, maxBytes }: ResponderOptions): Respond {
  const choose = createChoose(models)
  return async (request) => {
    let choice: Choice | undefined
    try {
      if (request.method === 'GET' && request.path === '/models') return toList(models)
      if (request.method !== 'POST') {
        throw new PhotoError('METHOD_NOT_ALLOWED', 'send the photo with POST')
      }
      choice = choose(request.query)
      const photo = await readPhoto(request, maxBytes)
      return toResponse(await classify(photo, toOptions(choice, request)), choice)
    } catch (error) {
      const isGone = request.signal?.aborted === true
      return toProblem(
        isGone ? new PhotoError('CLIENT_GONE', 'the client did not wait for its answer') : error,
        choice?.name,
      )
    }
  }
}

function toOptions({ model, top }: Choice, { signal }: PhotoRequest): ClassifyOptions {
  return {
    model,
    ...(top === undefined ? {} : { top }),
    ...(signal === undefined ? {} : { signal }),
  }
}

function toList(models: readonly ServedModel[]): PhotoResponse {
  return {
    status: 200,
    headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store' },
    body: toModelsBody(models),
    outcome: { state: 'listed' },
  }
}

async function readPhoto({ headers, body }: PhotoRequest, maxBytes: number): Promise<Uint8Array> {
  const contentType = [headers['content-type']].flat()[0] ?? 'application/octet-stream'
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (body.byteLength === 0) throw new PhotoError('EMPTY_PHOTO', 'the request has no body')
  if (mediaType === 'multipart/form-data') return readForm(body, contentType, maxBytes)
  requirePhotoType(mediaType, ', or multipart/form-data with the field "photo"')
  requireLength(body, maxBytes)
  return body
}

function toResponse(
  { prediction, timings }: Classification,
  { name, sha256 }: Choice,
): PhotoResponse {
  const startedAt = performance.now()
  const body = JSON.stringify({
    ...prediction,
    model: { name, sha256 },
    timings: {
      queueMs: toMicroseconds(timings.queueMs),
      decodeMs: toMicroseconds(timings.decodeMs),
      predictMs: toMicroseconds(timings.predictMs),
      totalMs: toMicroseconds(timings.totalMs),
    },
  })
  return {
    status: 200,
    headers: {
      'content-type': JSON_TYPE,
      'cache-control': 'no-store',
      'server-timing': toServerTiming(timings, performance.now() - startedAt),
    },
    body,
    outcome: { state: 'completed', model: name, label: prediction.label, timings },
  }
}

/**
 * RFC 9457 problem details of any error; what is not a PhotoError is a bug and tells nothing of itself.
 *
 * @param model name of the model that was asked for, if it is known
 */
export function toProblem(error: unknown, model?: string): PhotoResponse {
  const problem = toProblemDetails(error)
  const { status, code } = problem
  const retryAfterSeconds = error instanceof PhotoError ? error.retryAfterSeconds : undefined
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(code === 'METHOD_NOT_ALLOWED' ? { allow: 'POST' } : {}),
      ...(code === 'OVERLOADED' ? { 'retry-after': String(retryAfterSeconds ?? 1) } : {}),
    },
    body: JSON.stringify(problem),
    outcome: { state: 'failed', model, code, error },
  }
}
