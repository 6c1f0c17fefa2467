import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { download, toAddress, toNext } from '../../model-catalogue/download'
import { redirect, useFileServer } from '../helpers/use-file-server'

const FILE = Buffer.from('the bytes of a file')

describe('download', () => {
  const server = useFileServer()

  const get = (path: string, options: Partial<Parameters<typeof download>[1]> = {}) =>
    download(new URL(server().url + path), {
      maxBytes: 1000,
      signal: new AbortController().signal,
      ...options,
    })

  const assertFails = (downloading: Promise<unknown>, message: RegExp): Promise<void> =>
    assert.rejects(downloading, { name: 'CatalogueError', message })

  it('gives the bytes of a file, and sends nothing of its own to tell who asks', async () => {
    server().files.set('/file', FILE)
    assert.deepEqual(Buffer.from(await get('/file')), FILE)
    const { authorization, cookie, referer } = server().asked[0]!.headers
    assert.deepEqual([authorization, cookie, referer], [undefined, undefined, undefined])
  })

  it('follows where it is led, but not for ever', async () => {
    const { files, asked } = server()
    files.set('/file', FILE)
    for (let at = 1; at <= 6; at++) files.set(`/${at}`, redirect(at === 1 ? '/file' : `/${at - 1}`))
    assert.deepEqual(Buffer.from(await get('/5')), FILE)
    asked.length = 0
    await assertFails(get('/6'), /\/6 leads elsewhere more than 5 times$/)
    assert.equal(asked.length, 6)
  })

  for (const [location, message] of [
    ['http://example.com/file', /only https is used to download, not http:\/\/example\.com/],
    ['file:///etc/passwd', /only https is used to download, not file:/],
    ['https://user:secret@example.com/', /an address with a user or password in it is not used/],
  ] as const) {
    it(`does not follow to ${location}`, async () => {
      server().files.set('/file', redirect(location))
      await assertFails(get('/file'), message)
    })
  }

  it('says what a server answers that has no such file', async () => {
    await assertFails(get('/none?token=secret'), /^http:\/\/127\.0\.0\.1:\d+\/none answers 404$/)
  })

  it('takes no more than it may: of what is declared, of what comes, of what is unpacked', async () => {
    const { files, asked } = server()
    const large = Buffer.alloc(1001)
    files.set('/declared', large)
    files.set('/exact', large.subarray(1))
    files.set('/chunks', (_request, response) => {
      response.write(large.subarray(0, 600))
      response.end(large.subarray(600))
    })
    files.set('/packed', (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(large))
    })
    for (const path of ['/declared', '/chunks', '/packed']) {
      await assertFails(get(path), /is larger than the 1000 bytes accepted$/)
    }
    assert.equal((await get('/exact')).byteLength, 1000)
    assert.equal(asked.length, 4)
  })

  it('gives up where nothing comes any more', async () => {
    const { files } = server()
    files.set('/silent', () => undefined)
    files.set('/stuck', (_request, response) => void response.write('the first bytes'))
    for (const path of ['/silent', '/stuck']) {
      const late = get(path, { idleTimeMs: 50 })
      await assertFails(late, /cannot be downloaded: nothing came for 0\.05 s$/)
    }
  })

  it('ends with its signal, and with that reason', async () => {
    const { files } = server()
    const controller = new AbortController()
    files.set('/stuck', (_request, response) => {
      response.write('the first bytes')
      controller.abort()
    })
    await assert.rejects(get('/stuck', { signal: controller.signal }), { name: 'AbortError' })
  })

  it('says why where there is no server', async () => {
    const url = new URL('http://127.0.0.1:9/file')
    const { signal } = new AbortController()
    const downloading = download(url, { maxBytes: 1, signal })
    await assertFails(downloading, /^http:\/\/127\.0\.0\.1:9\/file cannot be downloaded: /)
  })

  it('says so where a file ends too soon', async () => {
    server().files.set('/short', (_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('the first bytes')
      response.destroy()
    })
    await assertFails(get('/short'), /\/short cannot be downloaded: /)
  })
})

describe('toAddress', () => {
  for (const address of [
    'https://example.com/model.json',
    'http://127.0.0.1:8080/model.json',
    'http://localhost/model.json',
    'http://[::1]/model.json',
  ]) {
    it(`takes ${address}`, () => {
      assert.equal(toAddress(address).href, address)
    })
  }

  for (const address of [
    'http://example.com/model.json',
    'http://127.0.0.1.example.com/model.json',
    'http://192.168.0.1/model.json',
    'ftp://example.com/model.json',
    'https://user@example.com/model.json',
  ]) {
    it(`refuses ${address}`, () => {
      assert.throws(() => toAddress(address), { name: 'CatalogueError' })
    })
  }
})

describe('toNext', () => {
  const from = new URL('https://example.com/a/model.json')

  it('leads on, also to another server', () => {
    assert.equal(toNext(from, '../b').href, 'https://example.com/b')
    assert.equal(toNext(from, 'https://cdn.example.org/b').href, 'https://cdn.example.org/b')
  })

  for (const location of ['https://localhost/b', 'http://127.0.0.1/b', 'http://[::1]:8080/b']) {
    it(`does not lead from elsewhere to ${location}`, () => {
      assert.throws(() => toNext(from, location), {
        name: 'CatalogueError',
        message:
          'https://example.com/a/model.json leads to this machine itself, which is not followed',
      })
    })
  }
})
