import { parentPort } from 'node:worker_threads'
import type { PoolMessage, WorkerMessage } from '../../../inference/worker'
import { toIdleOutcome } from './idle-outcome'

/** A thread of our pool (inference/worker.ts) that does nothing with its photos. */
function serve(port: NonNullable<typeof parentPort>): void {
  const send = (message: WorkerMessage): void => {
    port.postMessage(message)
  }
  port.on('message', (message: PoolMessage) => {
    if ('stop' in message) port.close()
    else if ('load' in message) send({ state: 'loaded' })
    else send({ state: 'answered', outcomes: message.classify.photos.map(toIdleOutcome) })
  })
  // The pool goes by the decoder's name for how many photos a message takes: as many as it may.
  send({
    state: 'ready',
    engine: { name: 'onnx', version: 'idle' },
    decoder: { name: 'turbo', version: 'idle' },
  })
}

if (parentPort !== null) serve(parentPort)
