import { CatalogueError } from './catalogue-error'

interface DownloadOptions {
  readonly maxBytes: number
  /** Ends it. */
  readonly signal: AbortSignal
  /** Ends it where nothing arrives for so long. */
  readonly idleTimeMs?: number
}

const MAX_REDIRECTS = 5
const IDLE_TIME_MS = 30_000
const MAX_TIME_MS = 30 * 60_000
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.includes(hostname)

/**
 * The address of something to download: https, or http of this machine itself; no user and password in it.
 *
 * @throws CatalogueError
 */
export function toAddress(text: string): URL {
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw new CatalogueError('an address with a user or password in it is not used')
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) return url
  throw new CatalogueError(`only https is used to download, not ${url.protocol}//${url.host}`)
}

/**
 * Downloads a file into memory. It sends no cookies and no credentials, and follows a few redirections, none of them
 * to this machine from another one.
 *
 * @throws CatalogueError naming the address; the signal's reason
 */
export async function download(
  address: URL,
  { maxBytes, signal, idleTimeMs = IDLE_TIME_MS }: DownloadOptions,
): Promise<Uint8Array> {
  const idle = createIdleLimit(idleTimeMs)
  try {
    const ends = [signal, idle.signal, AbortSignal.timeout(MAX_TIME_MS)]
    const response = await request(address, AbortSignal.any(ends))
    return await read(response, { address, maxBytes, onData: idle.renew })
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof CatalogueError) throw cause
    const reason = idle.signal.aborted ? `nothing came for ${idleTimeMs / 1000} s` : reasonOf(cause)
    throw new CatalogueError(`${toWords(address)} cannot be downloaded: ${reason}`, { cause })
  } finally {
    idle.end()
  }
}

/**
 * Where a redirection leads.
 *
 * @throws CatalogueError where it is not followed: into this machine from outside, or not an address that is used at all
 */
export function toNext(from: URL, location: string): URL {
  const next = toAddress(new URL(location, from).href)
  if (!isLoopback(next) || isLoopback(from)) return next
  throw new CatalogueError(`${toWords(from)} leads to this machine itself, which is not followed`)
}

async function request(address: URL, signal: AbortSignal): Promise<Response> {
  let url = address
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url, { redirect: 'manual', signal })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null) return response
    await response.body?.cancel()
    url = toNext(url, location)
  }
  throw new CatalogueError(`${toWords(address)} leads elsewhere more than ${MAX_REDIRECTS} times`)
}

interface ReadOptions {
  readonly address: URL
  readonly maxBytes: number
  readonly onData: () => void
}

async function read(
  response: Response,
  { address, maxBytes, onData }: ReadOptions,
): Promise<Uint8Array> {
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel()
    throw new CatalogueError(`${toWords(address)} answers ${response.status}`)
  }
  const tooLarge = (): CatalogueError =>
    new CatalogueError(`${toWords(address)} is larger than the ${maxBytes} bytes accepted`)
  const declared = Number(response.headers.get('content-length') ?? 0)
  if (declared > maxBytes) {
    await response.body.cancel()
    throw tooLarge()
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    onData()
    length += chunk.byteLength
    if (length > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

interface IdleLimit {
  readonly signal: AbortSignal
  readonly renew: () => void
  readonly end: () => void
}

function createIdleLimit(timeMs: number): IdleLimit {
  const controller = new AbortController()
  const start = (): NodeJS.Timeout =>
    setTimeout(() => {
      controller.abort()
    }, timeMs)
  let timer = start()
  return {
    signal: controller.signal,
    renew() {
      clearTimeout(timer)
      timer = start()
    },
    end() {
      clearTimeout(timer)
    },
  }
}

/** Without its query, which may hold what is not to be shown. */
export const toWords = ({ origin, pathname }: URL): string => origin + pathname

/** fetch hides the reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
