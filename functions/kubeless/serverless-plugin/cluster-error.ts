/** The cluster refused something or cannot be reached; the message names the object and what was said. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'
  /** Of the API server's answer; undefined if there was none. */
  readonly status: number | undefined

  constructor(
    message: string,
    options: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.status = options.status
  }
}

/** Where a cluster is, for its errors. */
interface Place {
  readonly server: string
}

/** What the client throws for an answer that is none of 2xx. */
interface ApiException {
  readonly code: number
  readonly body: unknown
}

/**
 * Says in words what became of a request.
 *
 * @param what the object, such as `Function classify in default`
 */
export function toClusterError(error: unknown, what: string, { server }: Place): ClusterError {
  if (error instanceof ClusterError) return error
  if (isApiException(error)) {
    const message = `${what}: ${readStatus(error.body) ?? `the API server answers ${error.code}`}`
    return new ClusterError(`${message}${adviceOn(error.code)}`, {
      status: error.code,
      cause: error,
    })
  }
  if (error instanceof Error && error.message.startsWith('Unrecognized API version and kind')) {
    return notKnown(what, error)
  }
  const reason = reasonOf(error)
  return new ClusterError(`${what}: the API server ${server} cannot be reached (${reason})`, {
    cause: error,
  })
}

const notKnown = (what: string, cause: unknown): ClusterError =>
  new ClusterError(
    `${what}: the cluster does not know such objects; is Kubeless installed in it?`,
    {
      status: 404,
      cause,
    },
  )

const isApiException = (error: unknown): error is ApiException =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' && 'body' in error

/** The `message` of a Status, which the API server gives as JSON or, behind a proxy, as something else. */
function readStatus(body: unknown): string | undefined {
  const status = typeof body === 'string' ? tryParse(body) : body
  if (typeof status !== 'object' || status === null || !('message' in status)) return undefined
  return typeof status.message === 'string' ? status.message : undefined
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function adviceOn(code: number): string {
  if (code === 401) return ' (the kubeconfig’s credentials are not accepted)'
  if (code === 403) return ' (functions/kubeless/deployer-role.yaml is all that deploying needs)'
  return ''
}

/** fetch hides why behind its cause. */
function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
    if (at.cause === undefined) return at.message
  }
  return String(error)
}
