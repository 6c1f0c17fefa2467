import type { ServerProcess } from '../helpers/server-process'
import type { BrokerProcess } from '../helpers/brokers/broker-process'
import type { TcpProxy } from '../helpers/tcp-proxy'
import type { Outcome } from './account'
import type { SentPhoto } from './photos-to-send'

/** A broker with all that a fault needs of it: who sends, who answers, who counts. */
export interface Side {
  readonly broker: BrokerProcess
  /** Between consumers and the broker, where there is one. */
  readonly proxy: TcpProxy | undefined
  /** Lets what photos are sent to be of the kind that survives a kill. */
  prepareForKill(): Promise<void>
  /** Resolves once the broker has the photo; tries for as long as it takes. */
  send(photo: SentPhoto, signal: AbortSignal): Promise<void>
  /** Starts another consumer: the container twin, as a process. */
  startConsumer(): Promise<ServerProcess>
  /** Records on photos that there are by now. */
  countOutcomes(): Promise<number>
  /** All of them. */
  readOutcomes(): Promise<readonly Outcome[]>
  close(): Promise<void>
}
