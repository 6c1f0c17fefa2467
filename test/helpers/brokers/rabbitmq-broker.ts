import { access, chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { connect } from 'amqplib'
import { findFreePort } from '../../../bench/targets/free-port'
import { startBroker } from './broker-process'
import type { BrokerProcess } from './broker-process'

const run = promisify(execFile)
/** Where Debian has it. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server'

/** Why no RabbitMQ can be started here. */
export const whyNoRabbitMq = (): Promise<string | undefined> =>
  access(SERVER).then(
    () => undefined,
    () => `RabbitMQ is not installed (${SERVER}): apt-get install rabbitmq-server`,
  )

/** Of the one that is installed, as its folder is called. */
export async function readRabbitMqVersion(): Promise<string> {
  const names = await readdir(join(SERVER, '..', '..', 'lib'))
  const [version] = names.flatMap((name) => /^rabbitmq_server-(.+)$/.exec(name)?.[1] ?? [])
  return version ?? 'unknown'
}

/** Starts one RabbitMQ on a free port of 127.0.0.1, with Erlang's name server beside it; its data goes with it. */
export async function startRabbitMq(configuration: readonly string[] = []): Promise<BrokerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-twin-rabbitmq-'))
  const port = await findFreePort()
  const [distribution, names] = [await findFreePort(), await findFreePort()]
  const home = join(folder, 'home')
  await mkdir(home)
  // Erlang refuses a cookie that others can read.
  await writeFile(join(home, '.erlang.cookie'), 'PHOTOTWINTESTS')
  await chmod(join(home, '.erlang.cookie'), 0o400)
  const file = join(folder, 'rabbitmq.conf')
  await writeFile(file, ['log.console = true', 'log.file = false', ...configuration, ''].join('\n'))
  const env = {
    HOME: home,
    RABBITMQ_NODENAME: `photo-twin-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: file,
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_PORT: String(names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  }
  return startBroker({
    port,
    command: [SERVER],
    env,
    isReady: () => answers(port),
    async cleanUp() {
      // Erlang's name server leaves the process group.
      await run('epmd', ['-port', String(names), '-kill']).catch(() => undefined)
      await rm(folder, { recursive: true })
    },
  })
}

async function answers(port: number): Promise<boolean> {
  try {
    const connection = await connect(`amqp://127.0.0.1:${port}`, { timeout: 2000 })
    await connection.close()
    return true
  } catch {
    return false
  }
}
