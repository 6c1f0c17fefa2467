const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed while the photo was sent',
  ENOTFOUND: 'there is no host of that name',
  ETIMEDOUT: 'the connection was not made in time',
}

/** Why a request failed, without the address that a system's own message has: a report may be published. */
export function toReason(error: unknown): string {
  const { code, message, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || (syscall === undefined && !code.startsWith('ERR_TLS'))) return message
  return Object.hasOwn(WORDS, code) ? `${WORDS[code] ?? ''} (${code})` : code
}
