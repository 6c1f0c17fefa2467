import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'

/** As k6 has it. */
interface Response {
  readonly status: number
  readonly body: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly error: string
  readonly error_code: number
  /** ms. */
  readonly responseTime: number
}

/** Sends in a thread of its own, and wakes the other one when the answer is there. */
const SENDER = `
const { parentPort, workerData: { port, signal } } = require('node:worker_threads')
const http = require('node:http')
const agent = new http.Agent({ keepAlive: true })
const toName = (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
port.on('message', ({ url, body, headers }) => {
  const startedAt = performance.now()
  const answer = (response) => {
    port.postMessage({ error: '', error_code: 0, ...response, responseTime: performance.now() - startedAt })
    Atomics.store(signal, 0, 1)
    Atomics.notify(signal, 0)
  }
  const fail = (error) => answer({ status: 0, body: null, headers: {}, error: error.message, error_code: 1212 })
  const request = http.request(url, { method: 'POST', headers, agent }, (response) => {
    const chunks = []
    response.on('data', (chunk) => chunks.push(chunk)).on('error', fail).on('end', () => {
      const named = Object.entries(response.headers).map(([name, value]) => [toName(name), String(value)])
      answer({ status: response.statusCode, body: Buffer.concat(chunks).toString(), headers: Object.fromEntries(named) })
    })
  })
  request.on('error', fail).end(body)
})
`

const signal = new Int32Array(new SharedArrayBuffer(4))
const { port1: near, port2: far } = new MessageChannel()
const sender = new Worker(SENDER, {
  eval: true,
  workerData: { port: far, signal },
  transferList: [far],
})
// Nobody waits for it when the scenario is done.
sender.unref()
near.unref()

/** A request as k6 makes it: whoever sends it waits for the answer. */
export function postSynchronously(
  url: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): Response {
  Atomics.store(signal, 0, 0)
  near.postMessage({ url, body, headers })
  Atomics.wait(signal, 0, 0)
  const received = receiveMessageOnPort(near) as { readonly message: Response } | undefined
  if (received === undefined) throw new Error('woken without an answer')
  return received.message
}
