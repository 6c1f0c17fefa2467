import { readModel } from './read-model'
import type { Target } from './target'
import { TargetError } from './target'
import { measureUsage } from './usage'

interface RemoteOptions {
  readonly name: string
  /** http or https, with or without a path; photos go to `${baseUrl}/classify`. */
  readonly baseUrl: string
  readonly signal: AbortSignal
  /** How long it may take to answer at all. */
  readonly answerLimitMs?: number
}

const ANSWER_LIMIT_MS = 10_000

/**
 * A target that already runs somewhere and speaks the wire format. Nothing holds it to limits and nothing is stopped.
 *
 * @throws TargetError if the address is none, or nothing answers there
 */
export async function openRemote(options: RemoteOptions): Promise<Target> {
  const { name } = options
  const baseUrl = toBaseUrl(name, options.baseUrl)
  await requireAnswer(options, baseUrl)
  const { facts: sources, ...usage } = await measureUsage({ baseUrl })
  return {
    ...usage,
    baseUrl,
    facts: {
      name,
      title: 'already running',
      model: await readModel(baseUrl, options.signal),
      engine: null,
      decoder: null,
      workers: null,
      node: null,
      logLevel: null,
      startToReadyMs: null,
      limits: null,
      ...sources,
    },
    ended: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  }
}

function toBaseUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new TargetError(
      `${name}: its address is not one of http or https: give one like http://127.0.0.1:8080`,
    )
  }
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new TargetError(
      `${name}: its address has a user, a query or a fragment: leave everything after the path out`,
    )
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** Any answer will do: whether photos are answered is asked with photos. */
async function requireAnswer(
  { name, signal, answerLimitMs = ANSWER_LIMIT_MS }: RemoteOptions,
  baseUrl: string,
): Promise<void> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(answerLimitMs)])
  try {
    const response = await fetch(`${baseUrl}/healthz`, { signal: limited, redirect: 'manual' })
    await response.body?.cancel()
  } catch (error) {
    signal.throwIfAborted()
    const reason = toReason(error)
    const advice = reason.includes('CERT')
      ? 'let Node trust its certificate (NODE_EXTRA_CA_CERTS)'
      : 'see that it runs and that the address is right'
    throw new TargetError(`${name}: nothing answers at its address (${reason}): ${advice}`)
  }
}

/** Only the code: messages have names of machines in them. */
function toReason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (!(cause instanceof Error)) return 'no connection'
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause.name === 'TimeoutError' ? 'no answer in time' : 'no connection'
}
