import assert from 'node:assert/strict'
import { goodPhotos } from '../fixtures/good-photos'
import { startServer } from '../helpers/server-process'
import type { ServerProcess } from '../helpers/server-process'
import { ask, postPhoto } from '../helpers/wire'

describe("OpenFaaS' workload contract", () => {
  let server: ServerProcess
  afterEach(() => server.stop())

  const start = async (env: Readonly<Record<string, string>>): Promise<void> => {
    server = await startServer({
      file: 'dist/functions/openfaas/main.js',
      env: { WORKERS: '1', ...env },
    })
  }

  it('answers its probes and tells the duration of a call', async () => {
    await start({ RAW_BODY: 'true' })
    for (const path of ['/_/health', '/_/ready']) {
      assert.equal((await ask(server.baseUrl + path)).status, 200)
    }
    const [photo] = await goodPhotos()
    const { status, headers } = await postPhoto(server.baseUrl, photo!.bytes)
    assert.equal(status, 200)
    assert.match(headers.get('x-duration-seconds') ?? '', /^\d+\.\d{6}$/)
  })

  it('answers 500 without RAW_BODY, as the photo is text then, and says why in its log', async () => {
    await start({})
    const [photo] = await goodPhotos()
    const { status, body } = await postPhoto(server.baseUrl, photo!.bytes)
    assert.deepEqual({ status, body }, { status: 500, body: 'Internal Server Error' })
    await server.stop()
    assert.ok(server.lines.some((line) => line.includes('RAW_BODY=true')))
  })
})
