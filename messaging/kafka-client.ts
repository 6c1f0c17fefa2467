import type { PhotoMessage } from '../inference'

/** How a Kafka broker is reached. */
export interface KafkaOptions {
  /** `HOST:PORT` of those that are asked first. */
  readonly brokers: readonly string[]
  /** TLS, with the certificate (PEM) of the authority that signed the brokers', where it is not a public one. */
  readonly tls?: { readonly ca?: string }
  readonly login?: KafkaLogin
  /** How long the first connection may take, ms. */
  readonly connectTimeMs?: number
}

/** SASL. */
export interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

/** The broker takes no record of this size. */
export class RecordTooLarge extends Error {
  override readonly name = 'RecordTooLarge'
}

/** A record to be written. */
export interface KafkaRecord {
  readonly topic: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: Uint8Array
}

/** A record that was read. */
export interface KafkaDelivery extends PhotoMessage {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** What was read of one partition at once. */
export interface KafkaBatch {
  readonly deliveries: readonly KafkaDelivery[]
  /** All up to this offset are answered. */
  resolve(offset: string): void
  commit(): Promise<void>
  /** Tells the group that this member lives; fails when the group forms anew. */
  heartbeat(): Promise<void>
  /** False when no more of it should be begun. */
  isWanted(): boolean
}

/** A member of a consumer group. */
export interface KafkaGroupMember {
  pause(): void
  resume(): void
  /** Resolves once the batches at work have ended and the group was left. */
  stop(): Promise<void>
}

export interface JoinOptions {
  readonly topic: string
  readonly groupId: string
  readonly onBatch: (batch: KafkaBatch) => Promise<void>
  /** The connection was lost for longer than the library bears; `willRestart`: it begins anew by itself. */
  readonly onCrash: (error: Error, willRestart: boolean) => void
}

/** A connection to Kafka: the only user of its client library. */
export interface KafkaClient {
  /** @throws RecordTooLarge; what the broker says, for all if it is for one */
  send(records: readonly KafkaRecord[]): Promise<void>
  /** @throws BrokerError */
  join(options: JoinOptions): Promise<KafkaGroupMember>
  /** Records of the topic that the group has not committed yet, by `TOPIC/PARTITION`. */
  readLag(topic: string, groupId: string): Promise<ReadonlyMap<string, number>>
  /** Also of a broker that is away, within two seconds. */
  close(): Promise<void>
}
