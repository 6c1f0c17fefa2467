import assert from 'node:assert/strict'
import { cp, readFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { goodPhotos } from '../fixtures/good-photos'
import { runToEnd, startServer } from '../helpers/server-process'
import type { ServerProcess } from '../helpers/server-process'
import { createSlowPhoto } from '../helpers/slow-photo'
import { ask, postPhoto } from '../helpers/wire'
import type { Answer } from '../helpers/wire'

const RUNTIME = 'dist/functions/kubeless/runtime.js'

/** A function's module, as a user of Kubeless writes it. */
const MODULE = `
let calls = 0
module.exports = {
  event(event, context) {
    const { extensions, ...plain } = event
    return { ...plain, data: event.data, context, path: extensions.request.path, method: extensions.request.method }
  },
  data: (event) => ({ type: Buffer.isBuffer(event.data) ? 'bytes' : typeof event.data, length: event.data.length }),
  bytes: (event) => ({ length: event.extensions.request.body.length }),
  text: () => 'hello',
  number: () => 42,
  nothing: () => undefined,
  throws() { throw new Error('secret reason') },
  rejects: () => Promise.reject(new Error('secret reason')),
  hangs: () => new Promise(() => undefined),
  waits: () => new Promise((resolve) => setTimeout(resolve, 500, 'done')),
  express({ extensions: { request, response } }) {
    response.status(201).set('x-one', request.get('X-Two')).type('text/css').send('body {}')
  },
  calls: () => ({ calls: ++calls }),
  global() { globalThis.leaked = (globalThis.leaked ?? 0) + 1; return { leaked: globalThis.leaked } },
}
`

describe('the Kubeless runtime', () => {
  let folder: string
  const servers: ServerProcess[] = []

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photo-twin-'))
    await writeFile(join(folder, 'module.js'), MODULE)
  })
  after(() => rm(folder, { recursive: true }))
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })

  async function start(
    handler: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const contract = {
      MOD_NAME: 'module',
      FUNC_HANDLER: handler,
      FUNC_FOLDER: folder,
      FUNC_RUNTIME: 'nodejs20',
    }
    const server = await startServer({ file: RUNTIME, env: { ...contract, ...env } })
    servers.push(server)
    return server.baseUrl
  }

  const post = (
    url: string,
    body: string | Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Answer> => ask(url, { method: 'POST', body, headers })

  it('gives the function the event and the context of the contract', async () => {
    const url = await start('event', { FUNC_TIMEOUT: '60', FUNC_MEMORY_LIMIT: '128Mi' })
    const { body, status } = await post(`${url}/any/path?x=1`, '{"a":1}', {
      'content-type': 'application/json',
      'event-id': '7',
      'event-type': 'test',
      'event-time': 'now',
      'event-namespace': 'here',
    })
    assert.equal(status, 200)
    assert.deepEqual(body, {
      'event-id': '7',
      'event-type': 'test',
      'event-time': 'now',
      'event-namespace': 'here',
      data: { a: 1 },
      context: {
        'function-name': 'event',
        timeout: 60,
        runtime: 'nodejs20',
        'memory-limit': '128Mi',
      },
      path: '/any/path',
      method: 'POST',
    })
  })

  for (const [handler, status, type, body] of [
    ['text', 200, null, 'hello'],
    ['number', 200, 'application/json; charset=utf-8', 42],
    ['nothing', 200, null, ''],
    ['throws', 500, null, 'Internal Server Error'],
    ['rejects', 500, null, 'Internal Server Error'],
  ] as const) {
    it(`answers ${status} ${JSON.stringify(body)} for a function that is "${handler}"`, async () => {
      for (const stock of ['false', 'true']) {
        const answer = await post(await start(handler, { STOCK_BEHAVIOUR: stock }), 'x')
        assert.deepEqual(
          { status: answer.status, type: answer.headers.get('content-type'), body: answer.body },
          { status, type, body },
        )
      }
    })
  }

  it('counts calls, failures and their duration by module and method', async () => {
    const url = await start('throws')
    await post(url, 'x')
    await ask(url)
    const { body } = await ask(`${url}/metrics`)
    for (const line of [
      'function_calls_total{method="module-POST"} 1',
      'function_calls_total{method="module-GET"} 1',
      'function_failures_total{method="module-POST"} 1',
      'function_duration_seconds_count{method="module-POST"} 1',
    ]) {
      assert.ok((body as string).includes(line), line)
    }
  })

  it('answers 408 when the function takes longer than FUNC_TIMEOUT', async () => {
    const { status } = await post(await start('hangs', { FUNC_TIMEOUT: '1' }), 'x')
    assert.equal(status, 408)
  })

  it('lets a call that is in flight finish after SIGTERM, refuses new ones, and exits with 0', async () => {
    const url = await start('waits')
    const inFlight = post(url, 'x')
    for (let called = false; !called;) {
      const { body } = await ask(`${url}/metrics`)
      called = (body as string).includes('function_calls_total{method="module-POST"} 1')
    }
    const stopped = servers[0]!.stop()
    assert.deepEqual((await inFlight).body, 'done')
    assert.equal((await stopped).exitCode, 0)
    await assert.rejects(post(url, 'x'))
  })

  it('answers 413 above REQ_MB_LIMIT, which is 1 unless it is set', async () => {
    const body = Buffer.alloc(1024 * 1024 + 1)
    const byDefault = await post(await start('bytes'), body)
    assert.equal(byDefault.status, 413)
    const { body: larger } = await post(await start('bytes', { REQ_MB_LIMIT: '2' }), body)
    assert.deepEqual(larger, { length: body.length })
  })

  it("understands what functions know from Express' request and response", async () => {
    const { status, headers, body } = await post(await start('express'), 'x', { 'x-two': '2' })
    assert.deepEqual(
      { status, type: headers.get('content-type'), one: headers.get('x-one'), body },
      { status: 201, type: 'text/css', one: '2', body: 'body {}' },
    )
  })

  it('answers preflight requests itself and allows every origin, as the stock runtime does', async () => {
    const { status, headers } = await ask(await start('throws'), {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-a' },
    })
    assert.equal(status, 200)
    assert.equal(headers.get('access-control-allow-origin'), '*')
    assert.equal(headers.get('access-control-allow-methods'), 'PUT')
    assert.equal(headers.get('access-control-allow-headers'), 'x-a')
  })

  it('leaves a photo in event.data as it is, which stock behaviour damages by making it text', async () => {
    const [photo] = await goodPhotos()
    const headers = { 'content-type': 'image/jpeg' }
    const ours = await post(await start('data'), photo!.bytes, headers)
    assert.deepEqual(ours.body, { type: 'bytes', length: photo!.bytes.length })
    const stock = await post(
      await start('data', { STOCK_BEHAVIOUR: 'true' }),
      photo!.bytes,
      headers,
    )
    const { type, length } = stock.body as { type: string; length: number }
    assert.equal(type, 'string')
    assert.notEqual(length, photo!.bytes.length)
  })

  it('keeps its one context, which stock behaviour makes anew for every call, its modules apart', async () => {
    const run = async (handler: string, stock: string): Promise<unknown> => {
      const url = await start(handler, { STOCK_BEHAVIOUR: stock })
      await post(url, 'x')
      return (await post(url, 'x')).body
    }
    for (const stock of ['false', 'true']) assert.deepEqual(await run('calls', stock), { calls: 2 })
  })

  it('loads the module at start, in stock behaviour at the first call', async () => {
    const late = await mkdtemp(join(tmpdir(), 'photo-twin-'))
    try {
      const env = { FUNC_FOLDER: late, MOD_NAME: 'late' }
      const url = await start('text', { ...env, STOCK_BEHAVIOUR: 'true' })
      await writeFile(join(late, 'late.js'), MODULE)
      assert.equal((await post(url, 'x')).body, 'hello')
      await rm(join(late, 'late.js'))
      const contract = { ...env, FUNC_HANDLER: 'text' }
      const { exitCode, lines } = await runToEnd(RUNTIME, contract)
      assert.equal(exitCode, 1)
      assert.match(lines.at(-1) ?? '', /late\.js/)
    } finally {
      await rm(late, { recursive: true })
    }
  })

  it('logs nothing of a body that is said to be JSON and is not', async () => {
    for (const stock of ['false', 'true']) {
      const url = await start('data', { STOCK_BEHAVIOUR: stock })
      const { status } = await post(url, 'SECRET', { 'content-type': 'application/json' })
      assert.equal(status, 500)
    }
    for (const server of servers) {
      const { stderr } = await server.stop()
      assert.doesNotMatch(server.lines.join('\n') + stderr, /SECRET/)
      assert.match(server.lines.join('\n'), /the body is said to be JSON and is not/)
    }
  })

  it('writes an access log in stock behaviour only', async () => {
    const combined = / - - \[.*\] "POST \/x HTTP\/1\.1" 200 /
    for (const stock of ['false', 'true']) {
      const url = await start('text', { STOCK_BEHAVIOUR: stock })
      await post(`${url}/x`, 'x')
    }
    const outputs = servers.map(({ lines }) => lines)
    await Promise.all(servers.map((server) => server.stop()))
    assert.deepEqual(
      outputs.map((lines) => lines.some((line) => combined.test(line))),
      [false, true],
    )
  })

  for (const [missing, words] of [
    ['MOD_NAME', /MOD_NAME is not set/],
    ['FUNC_HANDLER', /FUNC_HANDLER is not set/],
  ] as const) {
    it(`exits with 64 when ${missing} is not set`, async () => {
      const contract = {
        MOD_NAME: 'module',
        FUNC_HANDLER: 'text',
        FUNC_FOLDER: folder,
        [missing]: '',
      }
      const { exitCode, stderr } = await runToEnd(RUNTIME, contract)
      assert.equal(exitCode, 64)
      assert.match(stderr, words)
    })
  }

  it('exits with 1 and says so when the module has no such function', async () => {
    const contract = { MOD_NAME: 'module', FUNC_HANDLER: 'none', FUNC_FOLDER: folder }
    const { exitCode, lines } = await runToEnd(RUNTIME, contract)
    assert.equal(exitCode, 1)
    assert.match(lines.at(-1) ?? '', /module\.js exports no function none/)
  })
})

describe("the Kubeless function's bundle", () => {
  it('tries again to load its model, says why it could not, and still stops well', async () => {
    const models = await mkdtemp(join(tmpdir(), 'photo-twin-'))
    const server = await startServer({
      file: RUNTIME,
      env: {
        MOD_NAME: 'handler',
        FUNC_HANDLER: 'classify',
        FUNC_FOLDER: 'dist/functions/kubeless',
        MODELS_FOLDER: models,
        STOCK_BEHAVIOUR: 'true',
      },
    })
    try {
      const photo = (await goodPhotos())[0]!.bytes
      assert.equal((await postPhoto(server.baseUrl, photo)).status, 500)
      await cp(process.env['MODELS_FOLDER'] ?? 'inference/models', models, { recursive: true })
      assert.equal((await postPhoto(server.baseUrl, photo)).status, 200)
    } finally {
      const { exitCode, stderr } = await server.stop()
      await rm(models, { recursive: true })
      assert.equal(exitCode, 0)
      assert.match(stderr, /"level":"error".*card\.json cannot be read/)
    }
  })

  it('says on standard error that it lost a worker, and lives on', async () => {
    const server = await startServer({
      file: RUNTIME,
      env: {
        ...{ MOD_NAME: 'handler', FUNC_HANDLER: 'classify', WORKERS: '1' },
        ...{ FUNC_FOLDER: 'dist/functions/kubeless', DECODER: 'jimp', MAX_TIME_MS: '100' },
      },
    })
    const { status } = await postPhoto(server.baseUrl, await createSlowPhoto())
    assert.equal(status, 504)
    const { exitCode, stderr } = await server.stop()
    assert.equal(exitCode, 0)
    const line = JSON.parse(stderr.split('\n', 1)[0] ?? '') as Record<string, unknown>
    const { level, msg, reason } = line
    assert.deepEqual(
      { level, msg, reason },
      {
        ...{ level: 'warn', msg: 'worker lost' },
        reason: 'a worker thread did not answer within 1100 ms',
      },
    )
  })

  it('is one file of less than 1 MiB when zipped', async () => {
    const handler = await readFile('dist/functions/kubeless/handler.js')
    // A zip deflates each file and adds some hundred bytes.
    assert.ok(deflateRawSync(handler).byteLength + 1024 < 1024 * 1024)
  })
})
