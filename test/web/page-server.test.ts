import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { request as sendRequest } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { createPageServer } from '../../web/server/page-server'
import type { PageOptions } from '../../web/server/page'
import { until } from '../helpers/until'
import { startUpstream } from '../helpers/upstream'
import type { Upstream } from '../helpers/upstream'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { ask } from '../helpers/wire'
import type { ProblemBody } from '../helpers/wire'

const PHOTO = Buffer.from('the bytes of a photo, \u0000 among them')
const LONG_MS = 30_000

describe("the page's server", () => {
  const folder = useTemporaryFolder()
  const servers: FastifyInstance[] = []
  const upstreams: Upstream[] = []

  before(async () => {
    for (const [name, content] of [
      ['index.html', '<!doctype html><title>page</title>'],
      ['page.js', `// ${'script '.repeat(200)}`],
      ['style.css', 'body { margin: 0 }'],
      ['icon.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ] as const) {
      await writeFile(join(folder(), name), content)
    }
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
    for (const upstream of upstreams.splice(0)) await upstream.close()
  })

  async function start(options: Partial<PageOptions> = {}): Promise<string> {
    const server = createPageServer({
      folder: folder(),
      targets: [],
      findReport: () => Promise.resolve(undefined),
      ...options,
    })
    servers.push(server)
    await server.listen({ port: 0, host: '127.0.0.1' })
    return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
  }

  async function startTarget(answer: RequestListener): Promise<Upstream> {
    const upstream = await startUpstream(answer)
    upstreams.push(upstream)
    return upstream
  }

  /** A page with one target, called mine. */
  async function startWith(
    answer: RequestListener,
    limits: PageOptions['limits'] = {},
  ): Promise<{ readonly baseUrl: string; readonly target: Upstream }> {
    const target = await startTarget(answer)
    const targets = [{ name: 'mine', baseUrl: target.baseUrl }]
    return { baseUrl: await start({ targets, limits }), target }
  }

  const post = (url: string, headers: Readonly<Record<string, string>> = {}, body = PHOTO) =>
    ask(url, { method: 'POST', body, headers: { 'content-type': 'image/jpeg', ...headers } })

  describe('its files', () => {
    it('come with a policy that allows nothing from elsewhere and nothing inline', async () => {
      const { status, headers } = await ask(`${await start()}/`)
      assert.equal(status, 200)
      const policy = headers.get('content-security-policy') ?? ''
      for (const rule of [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]) {
        assert.ok(policy.split('; ').includes(rule), `${rule} in ${policy}`)
      }
      assert.doesNotMatch(policy, /unsafe|https?:|\*/)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
    })

    it('are compressed for who takes that, and alike for who does not', async () => {
      const baseUrl = await start()
      const get = async (encoding: string): Promise<[IncomingMessage, Buffer]> => {
        const request = sendRequest(`${baseUrl}/page.js`, {
          headers: { 'accept-encoding': encoding },
        }).end()
        const [response] = (await once(request, 'response')) as [IncomingMessage]
        const chunks = await response.toArray()
        return [response, Buffer.concat(chunks as Buffer[])]
      }
      const [compressed, few] = await get('br, gzip')
      const [plain, all] = await get('identity')
      const [refused] = await get('gzip;q=0')
      assert.equal(compressed.headers['content-encoding'], 'gzip')
      assert.equal(plain.headers['content-encoding'], undefined)
      assert.equal(refused.headers['content-encoding'], undefined)
      assert.deepEqual(gunzipSync(few), all)
      assert.ok(few.length < all.length)
      assert.equal(compressed.headers.vary, 'accept-encoding')
    })

    it('are not sent again to who has them', async () => {
      const baseUrl = await start()
      for (const path of ['/', '/page.js', '/style.css', '/icon.svg']) {
        const first = await ask(`${baseUrl}${path}`)
        const etag = first.headers.get('etag') ?? ''
        const again = await ask(`${baseUrl}${path}`, { headers: { 'if-none-match': etag } })
        assert.deepEqual([first.status, again.status, again.body], [200, 304, ''], path)
      }
    })

    it('are asked for with a hint to build where they are missing, and found once they are there', async () => {
      const missing = join(folder(), 'built-later')
      const baseUrl = await start({ folder: missing })
      const { status, body } = await ask(`${baseUrl}/`)
      assert.equal(status, 404)
      assert.match((body as ProblemBody).detail, /npm run build/)
      await mkdir(missing)
      await writeFile(join(missing, 'index.html'), 'built')
      assert.equal((await ask(`${baseUrl}/`)).body, 'built')
    })

    it('are the only ones: no path leads out of them', async () => {
      const baseUrl = await start()
      for (const path of ['/index.html', '/..%2fpackage.json', '/%2e%2e/x', '/page.js/', '/x']) {
        const { status, headers, body } = await ask(`${baseUrl}${path}`)
        assert.equal(status, 404, path)
        assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/)
        assert.equal((body as ProblemBody).code, 'NOT_FOUND')
      }
    })
  })

  describe('what it tells of targets', () => {
    it('are their names, and how to ask them, but not where they are', async () => {
      const { baseUrl, target } = await startWith((_request, response) => response.end())
      const { body } = await ask(`${baseUrl}/targets`)
      assert.deepEqual(body, {
        targets: [{ name: 'mine', address: 'targets/mine/classify' }],
        proxied: true,
        report: null,
      })
      assert.ok(!JSON.stringify(body).includes(new URL(target.baseUrl).port))
    })

    it('is the server itself where it has no other', async () => {
      const { body } = await ask(`${await start({ self: 'container' })}/targets`)
      const targets = [{ name: 'container', address: 'classify' }]
      assert.deepEqual(body, { targets, proxied: false, report: null })
    })
  })

  describe('a photo for a target', () => {
    it('is passed on with its type, and the answer comes back with its times', async () => {
      const { baseUrl, target } = await startWith((_request, response) => {
        response.writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'server-timing': 'total;dur=4.9',
        })
        response.end('{"label":"menu"}')
      })
      const { status, headers, body } = await post(`${baseUrl}/targets/mine/classify`)
      assert.deepEqual([status, body], [200, { label: 'menu' }])
      assert.equal(headers.get('server-timing'), 'total;dur=4.9')
      assert.equal(headers.get('content-type'), 'application/json; charset=utf-8')
      const [received] = target.received
      assert.deepEqual([received!.method, received!.url], ['POST', '/classify'])
      assert.deepEqual(received!.body, PHOTO)
      assert.equal(received!.headers['content-type'], 'image/jpeg')
    })

    it('takes nothing else of the request along, and brings nothing else of the answer', async () => {
      const { baseUrl, target } = await startWith((_request, response) => {
        response.writeHead(503, {
          'content-type': 'application/problem+json',
          'retry-after': '7',
          'set-cookie': 'of-the-target=1',
          'access-control-allow-origin': '*',
          location: 'http://127.0.0.1:9/',
          'x-internal': 'secret',
        })
        response.end('{"code":"OVERLOADED"}')
      })
      const { status, headers } = await post(`${baseUrl}/targets/mine/classify?model=other`, {
        authorization: 'Bearer secret',
        cookie: 'session=secret',
        origin: 'http://elsewhere.example',
        'x-forwarded-for': '10.0.0.1',
        'x-api-key': 'secret',
      })
      assert.equal(status, 503)
      assert.equal(headers.get('retry-after'), '7')
      for (const name of ['set-cookie', 'access-control-allow-origin', 'location', 'x-internal']) {
        assert.equal(headers.get(name), null, name)
      }
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/)
      const [received] = target.received
      assert.equal(received!.url, '/classify')
      assert.deepEqual(Object.keys(received!.headers).sort(), [
        'connection',
        'content-length',
        'content-type',
        'host',
      ])
    })

    it('goes to a path of its own where the target has one', async () => {
      const target = await startTarget((_request, response) => response.end('{}'))
      const targets = [{ name: 'mine', baseUrl: `${target.baseUrl}/function/photo` }]
      await post(`${await start({ targets })}/targets/mine/classify`)
      assert.equal(target.received[0]!.url, '/function/photo/classify')
    })

    it('is refused with the names there are where its target is not on the list', async () => {
      const { baseUrl, target } = await startWith((_request, response) => response.end('{}'))
      for (const name of ['other', 'MINE', 'mine%2f..', 'http:%2f%2f127.0.0.1', '__proto__']) {
        const { status, body } = await post(`${baseUrl}/targets/${name}/classify`)
        assert.equal(status, 404, name)
        assert.equal((body as ProblemBody).code, 'NOT_FOUND')
        assert.match((body as ProblemBody).detail, /only mine$/)
      }
      assert.equal(target.received.length, 0)
    })

    it('is taken with POST only', async () => {
      const { baseUrl, target } = await startWith((_request, response) => response.end('{}'))
      for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
        const answer = await ask(`${baseUrl}/targets/mine/classify`, { method })
        assert.equal(answer.status, 405, method)
        assert.equal(answer.headers.get('allow'), 'POST')
        assert.equal((answer.body as ProblemBody).code, 'METHOD_NOT_ALLOWED')
      }
      assert.equal(target.received.length, 0)
    })

    it('is refused where it is too large, whether or not its length is told', async () => {
      const limits = { maxBytes: 1000 }
      const { baseUrl, target } = await startWith(
        (_request, response) => response.end('{}'),
        limits,
      )
      const url = `${baseUrl}/targets/mine/classify`
      const told = await post(url, {}, Buffer.alloc(1001))
      const untold = await postInPieces(
        url,
        Array.from({ length: 11 }, () => Buffer.alloc(100)),
      )
      for (const { status, body } of [told, untold]) {
        assert.equal(status, 413)
        assert.equal((body as ProblemBody).code, 'PHOTO_TOO_LARGE')
        assert.match((body as ProblemBody).detail, /1000 bytes/)
      }
      assert.equal(target.received.length, 0)
      assert.equal((await post(url, {}, Buffer.alloc(1000))).status, 200)
    })

    it('is answered with 502 where the target does not listen', async () => {
      const { baseUrl, target } = await startWith(() => undefined)
      await target.close()
      upstreams.splice(0)
      const { status, body } = await post(`${baseUrl}/targets/mine/classify`)
      assert.equal(status, 502)
      assert.equal((body as ProblemBody).code, 'TARGET_FAILED')
      assert.match((body as ProblemBody).detail, /^mine does not listen/)
      assert.ok(!JSON.stringify(body).includes('127.0.0.1'))
    })

    it('is answered with 502 where the target breaks off, or answers without end', async () => {
      let breaksOff = true
      const { baseUrl } = await startWith((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' })
        if (!breaksOff) response.end(Buffer.alloc(2 * 1024 * 1024))
        else response.write('half', () => response.socket?.destroy())
      })
      const url = `${baseUrl}/targets/mine/classify`
      const half = await post(url)
      breaksOff = false
      const endless = await post(url)
      for (const { status, body } of [half, endless]) {
        assert.equal(status, 502)
        assert.equal((body as ProblemBody).code, 'TARGET_FAILED')
      }
      assert.match((endless.body as ProblemBody).detail, /more than a megabyte/)
    })

    it('is answered with 504 where the target takes too long', async () => {
      let gone: Promise<unknown> | undefined
      const { baseUrl } = await startWith(
        (_request, response) => {
          gone = once(response, 'close')
        },
        {
          timeLimitMs: 50,
        },
      )
      const { status, body } = await post(`${baseUrl}/targets/mine/classify`)
      assert.equal(status, 504)
      assert.equal((body as ProblemBody).code, 'TIMED_OUT')
      assert.match((body as ProblemBody).detail, /^mine did not answer within 50 ms$/)
      await gone
    })

    it('is given up at the target when the client leaves', async () => {
      let arrived: () => void
      const reached = new Promise<void>((resolve) => (arrived = resolve))
      let gone: Promise<unknown> | undefined
      const { baseUrl } = await startWith(
        (_request, response) => {
          gone = once(response, 'close')
          arrived()
        },
        { timeLimitMs: LONG_MS },
      )
      const client = new AbortController()
      const left = fetch(`${baseUrl}/targets/mine/classify`, {
        method: 'POST',
        body: PHOTO,
        signal: client.signal,
      })
      await reached
      client.abort()
      await assert.rejects(left, { name: 'AbortError' })
      await gone
    })

    it('is refused before it is read while as many as may are on their way', async () => {
      const waiting: (() => void)[] = []
      const { baseUrl, target } = await startWith(
        (_request, response) => waiting.push(() => response.end('{}')),
        { maxAtOnce: 2 },
      )
      const url = `${baseUrl}/targets/mine/classify`
      const first = [post(url), post(url)]
      await until(() => Promise.resolve(target.received.length === 2 || undefined))
      const { status, headers, body } = await post(url)
      assert.equal(status, 503)
      assert.equal(headers.get('retry-after'), '1')
      assert.equal((body as ProblemBody).code, 'OVERLOADED')
      for (const answer of waiting) answer()
      for (const answered of await Promise.all(first)) assert.equal(answered.status, 200)
      const next = post(url)
      await until(() => Promise.resolve(waiting.length === 3 || undefined))
      waiting[2]!()
      assert.equal((await next).status, 200)
      assert.equal(target.received.length, 3)
    })
  })

  describe('a report', () => {
    const html = '<!doctype html><title>VALID: one &amp; the other</title><style>p{}</style>'

    it('is shown apart from the page: without scripts, with the style within it', async () => {
      const file = join(folder(), 'report.html')
      await writeFile(file, html)
      const baseUrl = await start({ findReport: () => Promise.resolve(file) })
      const { status, headers, body } = await ask(`${baseUrl}/report`)
      assert.deepEqual([status, body], [200, html])
      const policy = headers.get('content-security-policy')?.split('; ') ?? []
      for (const rule of ['sandbox', "default-src 'none'", "style-src 'unsafe-inline'"]) {
        assert.ok(policy.includes(rule), rule)
      }
      assert.ok(!policy.some((rule) => rule.startsWith('script-src')))
      const { body: told } = await ask(`${baseUrl}/targets`)
      assert.equal((told as { readonly report: string }).report, 'VALID: one & the other')
    })

    it('is read anew when it changes, and missed when it goes', async () => {
      const file = join(folder(), 'changing.html')
      const baseUrl = await start({ findReport: () => Promise.resolve(file) })
      await writeFile(file, '<title>one</title>')
      await utimes(file, 1, 1)
      assert.equal((await ask(`${baseUrl}/report`)).body, '<title>one</title>')
      await writeFile(file, '<title>two</title>')
      await utimes(file, 2, 2)
      assert.equal((await ask(`${baseUrl}/report`)).body, '<title>two</title>')
      await rm(file)
      const { status, body } = await ask(`${baseUrl}/report`)
      assert.equal(status, 404)
      assert.match((body as ProblemBody).detail, /npm run compare/)
    })
  })
})

/** Without a length that the server could judge it by. */
async function postInPieces(
  url: string,
  pieces: readonly Buffer[],
): Promise<{ readonly status: number | undefined; readonly body: unknown }> {
  const request = sendRequest(url, { method: 'POST', headers: { 'content-type': 'image/jpeg' } })
  const responded = once(request, 'response') as Promise<[IncomingMessage]>
  for (const piece of pieces) request.write(piece)
  request.end()
  const [response] = await responded
  const text = Buffer.concat((await response.toArray()) as Buffer[]).toString('utf8')
  return { status: response.statusCode, body: JSON.parse(text) as unknown }
}
