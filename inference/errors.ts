/** Every error a caller can cause, with its HTTP status: the one table (RFC 9110 status codes). */
export const STATUS = {
  EMPTY_PHOTO: 400,
  INVALID_FORM: 400,
  INVALID_MESSAGE: 400,
  INVALID_QUERY: 400,
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  UNKNOWN_MODEL: 404,
  METHOD_NOT_ALLOWED: 405,
  PHOTO_TOO_LARGE: 413,
  PHOTO_TOO_MANY_PIXELS: 413,
  UNSUPPORTED_PHOTO: 415,
  CORRUPT_PHOTO: 422,
  CLIENT_GONE: 499,
  INTERNAL: 500,
  OVERLOADED: 503,
  TIMED_OUT: 504,
} as const

/** Stable name of an error, part of the wire format. */
export type ErrorCode = keyof typeof STATUS

interface PhotoErrorOptions {
  readonly cause?: unknown
  /** Whole seconds after which trying again makes sense; only for OVERLOADED. */
  readonly retryAfterSeconds?: number
}

/** A photo or a request that cannot be answered; `message` is written for the person who sent it. */
export class PhotoError extends Error {
  override readonly name = 'PhotoError'
  readonly code: ErrorCode
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    { cause, retryAfterSeconds }: PhotoErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** What went wrong at start; of MODEL_UNSUPPORTED another engine may know more. */
export type LoadErrorCode =
  | 'MODEL_MISSING'
  | 'MODEL_DAMAGED'
  | 'MODEL_INVALID'
  | 'MODEL_UNSUPPORTED'
  | 'ENGINE_UNAVAILABLE'
  | 'DECODER_UNAVAILABLE'

interface LoadErrorOptions extends ErrorOptions {
  /** Where several were tried: why each was not there. */
  readonly reasons?: readonly string[]
}

/** Something that serving needs could not be loaded at start: a model's file, an engine, a decoder. */
export class LoadError extends Error {
  override readonly name = 'LoadError'
  readonly code: LoadErrorCode
  readonly reasons: readonly string[]

  constructor(
    code: LoadErrorCode,
    message: string,
    { reasons = [], ...options }: LoadErrorOptions = {},
  ) {
    super(message, options)
    this.code = code
    this.reasons = reasons
  }
}
