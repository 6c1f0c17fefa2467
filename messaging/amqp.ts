import type { ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib'
import { BrokerError, toBrokerError } from './broker-error'
import { within } from './within'

export type { ConfirmChannel, ConsumeMessage }

/** How an AMQP 0-9-1 broker is reached. */
export interface AmqpOptions {
  /** `amqp://USER:PASSWORD@HOST:PORT/VHOST`, or `amqps:` for TLS. */
  readonly url: string
  /** Certificate (PEM) of the authority that signed the broker's, where it is not a public one. */
  readonly ca?: string
  /** How long the first connection may take, ms. */
  readonly connectTimeMs?: number
}

interface ConnectOptions extends AmqpOptions {
  /** Called with a new channel whenever the broker was connected: declares and consumes what is needed. */
  readonly setUp: (channel: ConfirmChannel) => Promise<void>
  /** The channel is gone, with what was not acknowledged; another comes by itself. */
  readonly onLost: (reason: string) => void
}

/** A connection that comes back by itself. */
export interface AmqpConnection {
  close(): Promise<void>
}

const CONNECT_TIME_MS = 10_000
/** A connection of which nothing is heard for twice this time is lost. */
const HEARTBEAT_SECONDS = 10
const MAX_RECONNECT_MS = 5000
const CLOSE_MS = 2000

/**
 * Connects to an AMQP broker: the only user of its client library.
 *
 * @throws BrokerError within `connectTimeMs`; later it tries without end
 */
export async function connectAmqp({
  url,
  ca,
  connectTimeMs = CONNECT_TIME_MS,
  setUp,
  onLost,
}: ConnectOptions): Promise<AmqpConnection> {
  const address = readAddress(url)
  // Only who has a broker pays for the library.
  const { connect } = await import('amqplib')
  try {
    const connection = await connect(address.options, {
      noDelay: true,
      timeout: connectTimeMs,
      ...(ca === undefined ? {} : { ca: [Buffer.from(ca)] }),
      recovery: {
        initialMaxRetries: 0,
        maxRetries: Infinity,
        maxDelay: MAX_RECONNECT_MS,
        setup: (model: ChannelModel) =>
          openChannel(model, (channel) => within(connectTimeMs, () => setUp(channel))),
      },
    })
    connection.on('error', () => undefined)
    connection.on('disconnect', ({ message }) => {
      onLost(message)
    })
    connection.on('connect-failed', ({ message }: Error) => {
      onLost(message)
    })
    // Of a connection that ends while it is closed, amqplib does not tell the end.
    return { close: () => within(CLOSE_MS, () => connection.close()).catch(() => undefined) }
  } catch (error) {
    const { hostPort, user, isTls } = address
    throw toBrokerError(error, { address: hostPort, kind: 'AMQP', user, isTls })
  }
}

async function openChannel(
  model: ChannelModel,
  setUp: (channel: ConfirmChannel) => Promise<void>,
): Promise<void> {
  model.on('error', () => undefined)
  const channel = await model.createConfirmChannel()
  // amqplib would wait without end for a connection that dies meanwhile, and try no more.
  const close = (): Promise<void> =>
    within(CLOSE_MS, async () => model.close()).catch(() => undefined)
  // Each is followed by `close`, where what it means is done.
  channel.on('error', () => undefined)
  // The broker closes a channel by itself, where an acknowledgement is late for one: all begins anew.
  channel.on('close', () => void close())
  try {
    await setUp(channel)
  } catch (error) {
    await close()
    throw error
  }
}

interface Address {
  readonly options: Options.Connect
  readonly hostPort: string
  readonly user: string
  readonly isTls: boolean
}

/** @throws BrokerError for what is no such address; it does not repeat it, as there may be a password in it */
function readAddress(url: string): Address {
  const parts = URL.canParse(url) ? new URL(url) : undefined
  if (parts === undefined || !/^amqps?:$/.test(parts.protocol) || parts.hostname === '') {
    throw new BrokerError(
      'BROKER_REFUSED',
      'the address of the AMQP broker must be amqp://USER:PASSWORD@HOST:PORT/VHOST, or amqps://…',
    )
  }
  const isTls = parts.protocol === 'amqps:'
  const port = parts.port === '' ? (isTls ? 5671 : 5672) : Number(parts.port)
  const hostname = parts.hostname.replace(/^\[|\]$/g, '')
  const isNamed = parts.username !== ''
  const [username, password] = isNamed
    ? [decode(parts.username), decode(parts.password)]
    : ['guest', 'guest']
  return {
    options: {
      protocol: isTls ? 'amqps' : 'amqp',
      hostname,
      port,
      username,
      password,
      // amqplib decodes it.
      vhost: parts.pathname.length > 1 ? parts.pathname.slice(1) : '/',
      heartbeat: HEARTBEAT_SECONDS,
    },
    hostPort: `${parts.hostname}:${port}`,
    user: username,
    isTls,
  }
}

/** @throws BrokerError for a percent sign that stands for itself, without repeating what it is in */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new BrokerError(
      'BROKER_REFUSED',
      'in the address of the AMQP broker, user name and password must be percent-encoded: % is %25',
    )
  }
}
