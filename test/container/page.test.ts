import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { startServer } from '../helpers/server-process'
import type { ServerProcess } from '../helpers/server-process'
import { until } from '../helpers/until'
import { startUpstream } from '../helpers/upstream'
import type { Upstream } from '../helpers/upstream'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { ask, postPhoto } from '../helpers/wire'
import type { ProblemBody } from '../helpers/wire'

describe('the page of a container', () => {
  const folder = useTemporaryFolder()
  let target: Upstream
  let server: ServerProcess
  let answer = (response: ServerResponse): void => void response.end('{}')

  before(async () => {
    const report = join(folder(), 'report.html')
    await writeFile(report, '<title>VALID: ours</title>')
    target = await startUpstream((_request, response) => {
      answer(response)
    })
    const env = { WORKERS: '1', PAGE_TARGETS: `other=${target.baseUrl}`, PAGE_REPORT: report }
    server = await startServer({ file: 'dist/container/main.js', env })
  })
  after(async () => {
    await server.stop()
    await target.close()
  })

  it('is at /, with its files, and a policy as strict as alone', async () => {
    const { status, headers, body } = await ask(`${server.baseUrl}/`)
    assert.equal(status, 200)
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none'; script-src 'self'/,
    )
    for (const [, file] of String(body).matchAll(/(?:href|src)="([\w.]+)"/g)) {
      assert.equal((await ask(`${server.baseUrl}/${file!}`)).status, 200, file)
    }
  })

  it('asks those of PAGE_TARGETS, and shows PAGE_REPORT', async () => {
    const { body } = await ask(`${server.baseUrl}/targets`)
    assert.deepEqual(body, {
      targets: [{ name: 'other', address: 'targets/other/classify' }],
      proxied: true,
      report: 'VALID: ours',
    })
    assert.equal((await ask(`${server.baseUrl}/report`)).body, '<title>VALID: ours</title>')
  })

  it('passes photos on unchanged, and up to the largest that the container takes', async () => {
    const photo = randomBytes(10_000_000)
    const { status } = await postPhoto(`${server.baseUrl}/targets/other`, photo)
    assert.equal(status, 200)
    assert.ok(target.received.at(-1)!.body.equals(photo))
    const larger = Buffer.alloc(10_200_000)
    const refused = await postPhoto(`${server.baseUrl}/targets/other`, larger)
    assert.equal(refused.status, 413)
    assert.equal((refused.body as ProblemBody).code, 'PHOTO_TOO_LARGE')
    const unknown = await postPhoto(`${server.baseUrl}/targets/mine`, photo)
    assert.equal(unknown.status, 404)
    assert.match((unknown.body as ProblemBody).detail, /no target "mine" here, only other/)
  })

  it('gives a photo up whose client has left, which is no fault of the container', async () => {
    const arrived = new Promise<ServerResponse>((resolve) => (answer = resolve))
    const client = new AbortController()
    const left = fetch(`${server.baseUrl}/targets/other/classify`, {
      method: 'POST',
      body: randomBytes(1_000_000),
      signal: client.signal,
    })
    const gone = once(await arrived, 'close')
    client.abort()
    await assert.rejects(left, { name: 'AbortError' })
    await gone
    answer = (response) => void response.end('{}')
    const line = await until(() => Promise.resolve(server.log.find(({ status }) => status === 499)))
    assert.deepEqual([line['level'], line['path']], ['info', '/targets/:name/classify'])
    assert.ok(!server.log.some(({ level }) => level === 'error'))
  })

  it('has nothing to do with the metrics of its own photos', async () => {
    await postPhoto(`${server.baseUrl}/targets/other`, Buffer.from('photo'))
    const { body } = await ask(`${server.baseUrl}/metrics`)
    assert.doesNotMatch(String(body), /^photo_requests_total\{/m)
  })
})
