import { PhotoError, STATUS } from './errors'
import type { ErrorCode } from './errors'
import { readForm } from './form'
import type { ClassifyOptions } from './job'
import { tooLarge } from './photo-header'
import type { Classification, Timings } from './prediction'
import type { Query } from './query'
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
  if (!mediaType.startsWith('image/') && mediaType !== 'application/octet-stream') {
    throw new PhotoError(
      'UNSUPPORTED_PHOTO',
      `content type ${mediaType} is not accepted: send image/jpeg, image/png, image/webp, ` +
        'application/octet-stream, or multipart/form-data with the field "photo"',
    )
  }
  if (body.byteLength > maxBytes) throw tooLarge(maxBytes)
  return body
}

function toResponse(
  { prediction, timings }: Classification,
  { name, sha256 }: Choice,
): PhotoResponse {
  const body = JSON.stringify({
    ...prediction,
    model: { name, sha256 },
    timings: {
      queueMs: round(timings.queueMs),
      decodeMs: round(timings.decodeMs),
      predictMs: round(timings.predictMs),
      totalMs: round(timings.totalMs),
    },
  })
  return {
    status: 200,
    headers: {
      'content-type': JSON_TYPE,
      'cache-control': 'no-store',
      'server-timing': toServerTiming(timings),
    },
    body,
    outcome: { state: 'completed', model: name, label: prediction.label, timings },
  }
}

/** Server-Timing (W3C) with durations in ms. */
const toServerTiming = ({ queueMs, decodeMs, predictMs, totalMs }: Timings): string =>
  `queue;dur=${round(queueMs)}, decode;dur=${round(decodeMs)}, ` +
  `predict;dur=${round(predictMs)}, total;dur=${round(totalMs)}`

const round = (ms: number): number => Math.round(ms * 1000) / 1000

/**
 * RFC 9457 problem details of any error; what is not a PhotoError is a bug and tells nothing of itself.
 *
 * @param model name of the model that was asked for, if it is known
 */
export function toProblem(error: unknown, model?: string): PhotoResponse {
  const problem =
    error instanceof PhotoError
      ? error
      : new PhotoError('INTERNAL', 'the photo could not be classified')
  const { code, message, retryAfterSeconds } = problem
  const status = STATUS[code]
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(code === 'METHOD_NOT_ALLOWED' ? { allow: 'POST' } : {}),
      ...(code === 'OVERLOADED' ? { 'retry-after': String(retryAfterSeconds ?? 1) } : {}),
    },
    body: JSON.stringify({
      type: 'about:blank',
      title: TITLES[status],
      status,
      code,
      detail: message,
    }),
    outcome: { state: 'failed', model, code, error },
  }
}

/** The phrases of RFC 9110, as `about:blank` asks for; 499 is nginx's, which nobody is there to read. */
const TITLES: Readonly<Record<(typeof STATUS)[ErrorCode], string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}
