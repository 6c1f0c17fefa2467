import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseMetrics, readMetrics } from '../../../bench/targets/metrics'
import { openRemote } from '../../../bench/targets/remote'
import { skipUnless } from '../../helpers/optional'

const ROOT = join(__dirname, '..', '..', '..')
const never = new AbortController().signal
const PAGE = `# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.5
process_resident_memory_bytes 1.5e+08
process_resident_memory_bytes_of_another 7
`

describe('a remote target', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections()
  })
  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const open = (baseUrl: string, answerLimitMs?: number): ReturnType<typeof openRemote> =>
    openRemote({
      name: 'mine',
      baseUrl,
      signal: never,
      ...(answerLimitMs !== undefined && { answerLimitMs }),
    })

  it('may be below a path, and its address may end in slashes', async () => {
    const asked: (string | undefined)[] = []
    const origin = await serve(({ url }, response) => {
      asked.push(url)
      response.end(url === '/function/photos/metrics' ? PAGE : 'ok')
    })
    const target = await open(`${origin}/function/photos//`)
    assert.equal(target.baseUrl, `${origin}/function/photos`)
    assert.equal(await target.readCpuSeconds(), 12.5)
    assert.ok(asked.every((url) => url?.startsWith('/function/photos/')))
  })

  it('has the CPU seconds and memory of its metrics', async () => {
    const origin = await serve((_, response) => response.end(PAGE))
    const target = await open(origin)
    assert.equal(target.facts.cpuSource, 'its /metrics: process_cpu_seconds_total')
    assert.match(target.facts.memorySource ?? '', /process_resident_memory_bytes/)
    assert.equal(target.facts.cpuWitness, null)
    assert.equal(await target.readCpuSeconds(), 12.5)
    await target.resetPeakMemory()
    assert.equal(await target.readPeakMemoryBytes(), 1.5e8)
    assert.equal(await target.readWitnessCpuSeconds(), null)
  })

  it('is open without metrics, and then knows nothing but its name', async () => {
    const origin = await serve((_, response) => response.writeHead(404).end('<html>no</html>'))
    const { facts, ...target } = await open(origin)
    const { name, title, ...rest } = facts
    assert.deepEqual([name, title], ['mine', 'already running'])
    assert.ok(Object.values(rest).every((value) => value === null))
    assert.equal(await target.readCpuSeconds(), null)
    assert.equal(await target.readPeakMemoryBytes(), null)
  })

  describe('tells its model', () => {
    const [name, sha256] = ['photo-net', 'ab'.repeat(32)]
    const one = { name, sha256, default: true, labels: 5 }
    for (const [title, body, expected] of [
      [
        'by its list, the default of several',
        { models: [{ ...one, name: 'other', default: false }, one] },
        { name, sha256 },
      ],
      ['not where there is no default', { models: [{ ...one, default: false }] }, null],
      ['not where its list is another', { models: [{ ...one, sha256: 'x' }] }, null],
      ['not where it has another answer', 'models', null],
    ] as const) {
      it(title, async () => {
        const origin = await serve(({ url }, response) => {
          const text = url === '/models' ? JSON.stringify(body) : 'ok'
          response.writeHead(200, { 'content-length': Buffer.byteLength(text) }).end(text)
        })
        assert.deepEqual((await open(origin)).facts.model, expected)
      })
    }
  })

  it('is not stopped', async () => {
    const origin = await serve((_, response) => response.end(PAGE))
    const target = await open(origin)
    await target.stop()
    assert.equal(await target.readCpuSeconds(), 12.5)
  })

  it('has no CPU seconds any more once it has gone', async () => {
    const origin = await serve((_, response) => response.end(PAGE))
    const target = await open(origin)
    for (const server of servers.splice(0)) {
      server.close().closeAllConnections()
      await once(server, 'close')
    }
    assert.equal(await target.readCpuSeconds(), null)
  })

  it('is refused where nothing listens, without the address in the message', async () => {
    const origin = await serve(() => undefined)
    for (const server of servers.splice(0)) {
      server.close()
      await once(server, 'close')
    }
    await assert.rejects(open(origin), {
      name: 'TargetError',
      message:
        'mine: nothing answers at its address (ECONNREFUSED): see that it runs and that the address is right',
    })
    await assert.rejects(open('http://no-such-machine.invalid/'), (error: Error) => {
      assert.equal(error.name, 'TargetError')
      assert.doesNotMatch(error.message, /no-such-machine/)
      return true
    })
  })

  it('is refused where nothing is answered in time', async () => {
    const origin = await serve(() => undefined)
    await assert.rejects(open(origin, 50), { name: 'TargetError', message: /no answer in time/ })
  })

  it("is given up with the signal's reason", async () => {
    const ending = new AbortController()
    const reason = new Error('enough')
    const origin = await serve(() => {
      ending.abort(reason)
    })
    const opening = openRemote({ name: 'mine', baseUrl: origin, signal: ending.signal })
    await assert.rejects(opening, (error) => error === reason)
  })

  for (const address of ['', '127.0.0.1:8080', 'ftp://a', 'http://']) {
    it(`is refused if its address is ${JSON.stringify(address)}`, async () => {
      await assert.rejects(open(address), {
        name: 'TargetError',
        message: /not one of http or https/,
      })
    })
  }

  for (const address of [
    'http://me:secret@127.0.0.1',
    'http://127.0.0.1/?a',
    'http://127.0.0.1/#a',
  ]) {
    it(`is refused if its address has more than a path: ${address}`, async () => {
      await assert.rejects(open(address), (error: Error) => {
        assert.equal(error.name, 'TargetError')
        assert.doesNotMatch(error.message, /secret/)
        return true
      })
    })
  }

  it('may speak https, if Node trusts its certificate', async function () {
    const folder = mkdtempSync(join(tmpdir(), 'https-'))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    try {
      const failed = await promisify(execFile)('openssl', [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
        ...['-keyout', key, '-out', cert],
      ]).then(
        () => undefined,
        () => 'there is no openssl to make a certificate',
      )
      skipUnless(this, failed)
      const server = createSecureServer(
        { key: readFileSync(key), cert: readFileSync(cert) },
        (_, response) => response.end(PAGE),
      ).listen(0, '127.0.0.1')
      servers.push(server)
      await once(server, 'listening')
      const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
      await assert.rejects(open(origin), { name: 'TargetError', message: /NODE_EXTRA_CA_CERTS/ })
      const script = `
        const { openRemote } = require('./bench/targets/remote')
        const { signal } = new AbortController()
        openRemote({ name: 'mine', baseUrl: '${origin}/', signal })
          .then((target) => target.readCpuSeconds())
          .then(console.log)`
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--require', 'ts-node/register', '-e', script],
        { cwd: ROOT, env: { ...process.env, NODE_EXTRA_CA_CERTS: cert } },
      )
      assert.equal(stdout.trim(), '12.5')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('metrics', () => {
  it('are summed over labels', () => {
    const text = 'process_cpu_seconds_total{cpu="0"} 1.5\nprocess_cpu_seconds_total{cpu="1"} 2 17\n'
    assert.deepEqual(parseMetrics(text), { cpuSeconds: 3.5, residentBytes: null })
  })

  it('are nothing on a page that has none', () => {
    for (const text of [
      '',
      '<html>',
      'process_cpu_seconds_total NaN',
      '# process_cpu_seconds_total 1',
    ]) {
      assert.deepEqual(parseMetrics(text), { cpuSeconds: null, residentBytes: null })
    }
  })

  it('are given up after the time limit', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    assert.equal(await readMetrics(`http://127.0.0.1:${port}`, 50), null)
    server.close().closeAllConnections()
  })
})
