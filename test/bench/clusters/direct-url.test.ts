import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { findDirectUrl } from '../../../bench/clusters/direct-url'
import type { Container, Pod, Service } from '../../../bench/clusters/observed-objects'

/** What Kubernetes says of the pod; null: nothing. */
interface Told {
  readonly targetPort?: number | string
  readonly podIP?: string | null
}

const NEVER = new AbortController().signal

describe('the way straight to a pod', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  /** A process's metrics, as far as they are looked at. */
  async function startMetrics(startedAt: string): Promise<number> {
    const server = createServer((_request, response) => {
      response.end(
        `# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds ${startedAt}\n`,
      )
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  const find = (
    port: number,
    nodePort: number,
    { targetPort = port, podIP = '127.0.0.1' }: Told = {},
  ): Promise<string | undefined> => {
    const container: Container = { name: 'c', ports: [{ name: 'http', containerPort: port }] }
    const service: Service = { spec: { ports: [{ nodePort, targetPort }] } }
    const pod: Pod = {
      metadata: { name: 'pod', uid: '1' },
      spec: { containers: [container] },
      status: podIP === null ? {} : { podIP },
    }
    const baseUrl = `http://127.0.0.1:${nodePort}`
    return findDirectUrl({ pod, container, service, baseUrl, signal: NEVER })
  }

  it('is its address and port, given as a number or by its name, where the same process answers', async () => {
    const [port, nodePort] = [await startMetrics('1764.25'), await startMetrics('1764.25')]
    assert.equal(await find(port, nodePort), `http://127.0.0.1:${port}`)
    assert.equal(await find(port, nodePort, { targetPort: 'http' }), `http://127.0.0.1:${port}`)
  })

  it('is none where another process answers, as pods of another cluster may have the same address', async () => {
    const [port, nodePort] = [await startMetrics('1764.25'), await startMetrics('1764.26')]
    assert.equal(await find(port, nodePort), undefined)
  })

  it('is none where nothing answers, or no address or port is known', async () => {
    const nodePort = await startMetrics('1764.25')
    const gone = await startMetrics('1764.25')
    await new Promise((resolve) => servers.pop()!.close(resolve))
    assert.equal(await find(gone, nodePort), undefined)
    assert.equal(await find(nodePort, nodePort, { targetPort: 'grpc' }), undefined)
    assert.equal(await find(nodePort, nodePort, { podIP: null }), undefined)
  })
})
