import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

// A process that listens and is too busy ever to take a connection.
const server = createServer()
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  process.send?.((server.address() as AddressInfo).port, () => {
    for (;;);
  })
})
