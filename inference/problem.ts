import { PhotoError, STATUS } from './errors'
import type { ErrorCode } from './errors'

/** Problem details of RFC 9457. */
export interface ProblemDetails {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: (typeof STATUS)[ErrorCode]
  readonly code: ErrorCode
  readonly detail: string
}

/** Of any error; what is not a PhotoError is a bug and tells nothing of itself. */
export function toProblemDetails(error: unknown): ProblemDetails {
  const { code, message } =
    error instanceof PhotoError
      ? error
      : new PhotoError('INTERNAL', 'the photo could not be classified')
  const status = STATUS[code]
  return { type: 'about:blank', title: TITLES[status], status, code, detail: message }
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
