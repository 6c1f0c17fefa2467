/** Why a broker cannot be used; each names something else to do. */
export type BrokerErrorCode =
  'BROKER_UNREACHABLE' | 'BROKER_UNAUTHENTICATED' | 'BROKER_UNTRUSTED' | 'BROKER_REFUSED'

/** A broker that cannot be used as it was asked for; `message` says which, why and what to do. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  readonly code: BrokerErrorCode

  constructor(code: BrokerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What is known of a failed connection, from the error and from what caused it. */
interface Facts {
  readonly names: readonly string[]
  readonly codes: readonly string[]
  readonly words: string
}

interface Asked {
  /** Of the broker, without a password. */
  readonly address: string
  readonly kind: 'Kafka' | 'AMQP'
  readonly user: string | undefined
  readonly isTls: boolean
}

/** What Node.js and OpenSSL say of a certificate: DEPTH_ZERO_SELF_SIGNED_CERT, CERT_HAS_EXPIRED and many more. */
const UNTRUSTED = /SELF_SIGNED|^UNABLE_TO_|^CERT_|^INVALID_(CA|PURPOSE)$|^ERR_TLS_CERT_/

/** Puts a client library's error into words: what was tried, what is wrong, what to do. */
export function toBrokerError(error: unknown, asked: Asked): BrokerError {
  if (error instanceof BrokerError) return error
  const facts = toFacts(error)
  const { address, kind, user = 'nobody' } = asked
  const fail = (code: BrokerErrorCode, message: string): BrokerError =>
    new BrokerError(code, message, { cause: error })
  if (isAuthentication(facts)) {
    return fail(
      'BROKER_UNAUTHENTICATED',
      `the ${kind} broker at ${address} does not let ${user} in: check user name and password`,
    )
  }
  if (facts.codes.some((code) => UNTRUSTED.test(code))) {
    return fail(
      'BROKER_UNTRUSTED',
      `the certificate of the ${kind} broker at ${address} is not trusted (${facts.words}): ` +
        `give the authority that signed it`,
    )
  }
  if (
    facts.codes.includes('EPROTO') ||
    /wrong version number|packet length too long/.test(facts.words)
  ) {
    return fail('BROKER_REFUSED', `what is at ${address} does not speak TLS: try without`)
  }
  // All that amqplib tells of it, as the broker says why only with the end of the connection.
  if (facts.words.startsWith('Expected ConnectionOpenOk')) {
    const reason = `there is no such virtual host, or ${user} may not use it`
    return fail('BROKER_REFUSED', `the ${kind} broker at ${address} refuses: ${reason}`)
  }
  if (isRefusal(facts)) {
    return fail('BROKER_REFUSED', `the ${kind} broker at ${address} refuses: ${facts.words}`)
  }
  return fail('BROKER_UNREACHABLE', explain(facts, asked))
}

function explain({ codes, words }: Facts, { address, kind, isTls, user }: Asked): string {
  const at = `no ${kind} broker answers at ${address}`
  if (codes.includes('ECONNREFUSED')) return `${at}: nothing listens there`
  if (codes.includes('ENOTFOUND') || codes.includes('EAI_AGAIN'))
    return `${at}: there is no such host`
  const wants = [...(isTls ? [] : ['TLS']), ...(user === undefined ? ['a user name'] : [])]
  return `${at}: ${words}${wants.length === 0 ? '' : ` (does it want ${wants.join(', or ')}?)`}`
}

const isAuthentication = ({ names, words }: Facts): boolean =>
  names.includes('KafkaJSSASLAuthenticationError') || /^Handshake.*ACCESS[_-]REFUSED/.test(words)

const REFUSALS = ['KafkaJSProtocolError', 'KafkaJSCreateTopicError']

/** It answers, and does not want: no right, no such virtual host, a queue that was made otherwise. */
const isRefusal = ({ names, words }: Facts): boolean =>
  names.some((name) => REFUSALS.includes(name)) ||
  /^(Handshake terminated|Operation failed)/.test(words)

/** Libraries wrap errors in errors, also several in one, of which the first is told. */
function toFacts(error: unknown): Facts {
  const chain: Error[] = []
  let next: unknown = error
  while (next instanceof Error && chain.length < 8) {
    chain.push(next)
    next = next.cause ?? firstOf(next)
  }
  return {
    names: chain.map(({ name }) => name),
    codes: chain.flatMap((one) => ('code' in one ? [String(one.code)] : [])),
    words: chain.at(-1)?.message ?? String(error),
  }
}

/** A topic that somebody else made meanwhile is none of what went wrong. */
function firstOf(error: Error): unknown {
  const errors: readonly unknown[] =
    'errors' in error && Array.isArray(error.errors) ? error.errors : []
  const isThere = (one: unknown): boolean =>
    one instanceof Error && 'type' in one && one.type === 'TOPIC_ALREADY_EXISTS'
  return errors.find((one) => !isThere(one))
}
