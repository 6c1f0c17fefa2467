import { readFileSync } from 'node:fs'
import { choice, ConfigError, integer, names, text } from './env'
import type { Env } from './env'

/** Where messages come from; none, unless a broker is given. */
export interface MessagesConfig {
  readonly kafka: KafkaConfig | undefined
  readonly amqp: AmqpConfig | undefined
  /** Photos of each broker that are worked on at once. */
  readonly maxInFlight: number
}

/** How Kafka is reached, and what is read and written there. */
export interface KafkaConfig {
  readonly brokers: readonly string[]
  readonly tls?: { readonly ca?: string }
  readonly login?: {
    readonly mechanism: (typeof MECHANISMS)[number]
    readonly username: string
    readonly password: string
  }
  readonly connectTimeMs: number
  readonly groupId: string
  readonly topics: {
    readonly photos: string
    readonly predictions: string
    readonly rejected: string
  }
}

/** How RabbitMQ is reached. */
export interface AmqpConfig {
  readonly url: string
  readonly ca?: string
  readonly connectTimeMs: number
}

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

/**
 * KAFKA_… and AMQP_…, BROKER_CONNECT_TIME_MS and MAX_MESSAGES.
 *
 * @param workers threads that classify; each is kept busy by a batch at work and one that waits
 * @throws ConfigError naming the variable and what it accepts
 */
export function readMessagesConfig(env: Env, workers: number): MessagesConfig {
  return {
    kafka: readKafkaConfig(env),
    amqp: readAmqpConfig(env),
    maxInFlight: integer(env, 'MAX_MESSAGES', 8 * workers, { min: 1, max: 10_000 }),
  }
}

/**
 * KAFKA_BROKERS and what belongs to it.
 *
 * @returns undefined where no broker is given
 * @throws ConfigError naming the variable and what it accepts
 */
export function readKafkaConfig(env: Env): KafkaConfig | undefined {
  if (text(env, 'KAFKA_BROKERS', '') === '') return undefined
  const brokers = names(env, 'KAFKA_BROKERS', [''])
  const wrong = brokers.find((broker) => !/^[^\s:@/[\]]+:\d{1,5}$/.test(broker))
  if (wrong !== undefined) {
    throw new ConfigError(
      // It may have a password in it.
      'KAFKA_BROKERS must be HOST:PORT, or several separated by commas, without user or scheme',
    )
  }
  const ca = readCa(env, 'KAFKA_CA_FILE')
  const isTls = choice(env, 'KAFKA_TLS', ca === undefined ? 'off' : 'on', ['on', 'off']) === 'on'
  const login = readLogin(env)
  return {
    brokers,
    ...(isTls ? { tls: ca === undefined ? {} : { ca } } : {}),
    ...(login === undefined ? {} : { login }),
    connectTimeMs: readConnectTime(env),
    groupId: text(env, 'KAFKA_GROUP', 'photo-twin'),
    topics: {
      photos: text(env, 'KAFKA_PHOTOS_TOPIC', 'photos'),
      predictions: text(env, 'KAFKA_PREDICTIONS_TOPIC', 'predictions'),
      rejected: text(env, 'KAFKA_REJECTED_TOPIC', 'rejected-photos'),
    },
  }
}

/** @throws ConfigError also where no broker is given */
export function requireKafkaConfig(env: Env): KafkaConfig {
  const config = readKafkaConfig(env)
  if (config !== undefined) return config
  throw new ConfigError('KAFKA_BROKERS must be set: the broker that answers are written to')
}

function readLogin(env: Env): KafkaConfig['login'] {
  const username = text(env, 'KAFKA_USERNAME', '')
  const password = env['KAFKA_PASSWORD'] ?? ''
  if (username === '' && password === '') return undefined
  if (username === '' || password === '') {
    throw new ConfigError('KAFKA_USERNAME and KAFKA_PASSWORD must be given together')
  }
  return { mechanism: choice(env, 'KAFKA_SASL', 'plain', MECHANISMS), username, password }
}

function readAmqpConfig(env: Env): AmqpConfig | undefined {
  const url = text(env, 'AMQP_URL', '')
  if (url === '') return undefined
  const parts = URL.canParse(url) ? new URL(url) : undefined
  // It may have a password in it, and is not repeated.
  if (!/^amqps?:$/.test(parts?.protocol ?? '') || parts?.hostname === '') {
    throw new ConfigError('AMQP_URL must be amqp://USER:PASSWORD@HOST:PORT/VHOST, or amqps://…')
  }
  if (/%(?![\da-f]{2})/i.test(url)) {
    throw new ConfigError(
      'AMQP_URL must have its user name and password percent-encoded: % is %25, @ is %40',
    )
  }
  const ca = readCa(env, 'AMQP_CA_FILE')
  return { url, ...(ca === undefined ? {} : { ca }), connectTimeMs: readConnectTime(env) }
}

const readConnectTime = (env: Env): number =>
  integer(env, 'BROKER_CONNECT_TIME_MS', 10_000, { min: 100, max: 300_000 })

function readCa(env: Env, name: string): string | undefined {
  const path = text(env, name, '')
  if (path === '') return undefined
  try {
    const pem = readFileSync(path, 'utf8')
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`${name} cannot be read: ${reason}`)
  }
  throw new ConfigError(`${name} must be a file with a certificate (PEM), ${path} is none`)
}
