import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportedTrial } from '../../../bench/import/imported'
import { importRun } from '../../../bench/import/import-run'
import { readK6 } from '../../../bench/import/k6'
import { readLines } from '../../../bench/import/read-lines'
import { readPhotoSet } from '../../../bench/photos/photo-set'
import { createRandom, shuffle } from '../../../bench/random'
import { createFakeServer } from '../../helpers/fake-target'
import type { FakeBehaviour } from '../../helpers/fake-target'
import { runHarness } from '../../helpers/harness-process'
import { makePhotoSet, toKnown } from '../../helpers/imported-files'
import { runScenario } from '../../helpers/k6-stub/run-scenario'
import { useFolders } from '../../helpers/measured'
import { startServer } from '../../helpers/server-process'
import type { ServerProcess } from '../../helpers/server-process'

const SEED = 7

/** On a stub of k6's modules: that k6 itself takes the scenarios is not shown here. */
describe('the scenarios for k6, on a stub of it', () => {
  const newFolder = useFolders()

  describe('with the container twin', () => {
    let server: ServerProcess
    let photos: string
    before(async () => {
      server = await startServer({ file: 'dist/container/main.js', env: { PORT: '0' } })
      photos = join(await newFolder(), 'photos')
      const args = ['--out', photos, '--count', '5', '--target', server.baseUrl]
      const { exitCode, stderr } = await runHarness('photos', args)
      assert.equal(exitCode, 0, stderr)
    })
    after(() => server.stop())

    async function send(name: 'closed' | 'open', more: Readonly<Record<string, string>>) {
      const folder = await newFolder()
      const out = join(folder, 'samples.json')
      const env = {
        PHOTOS: photos,
        TARGET: `${server.baseUrl}/`,
        ORDER_SEED: String(SEED),
        ...more,
      }
      const end = await runScenario(name, { folder, env, iterations: 12, out })
      assert.deepEqual([end.exitCode, end.stderr], [0, ''])
      return { out, options: JSON.parse(end.stdout) as { scenarios: { photos: object } } }
    }

    it('send the photos in the seeded order, and find every answer right', async () => {
      const { out, options } = await send('closed', { VUS: '3', REQUESTS: '12' })
      assert.deepEqual(options.scenarios.photos, {
        ...{ executor: 'shared-iterations', vus: 3, iterations: 12, maxDuration: '60m' },
      })
      const { observations, workload, seed } = await readK6(
        readLines(out),
        toKnown(await readPhotoSet(photos)),
      )
      assert.deepEqual([workload, seed], [{ kind: 'closed', concurrency: 3 }, SEED])
      const order = shuffle([...Array(5).keys()], createRandom(SEED))
      assert.deepEqual(
        observations.map(({ photo }) => photo),
        Array.from({ length: 12 }, (_, number) => order[number % 5]),
      )
      for (const { outcome, status, responseTime, predictionTime, ...times } of observations) {
        assert.deepEqual([outcome, status], ['right', 200])
        const { serviceTime, queueTime, decodeTime } = times
        assert.ok((predictionTime ?? 0) > 0 && (decodeTime ?? 0) > 0 && queueTime !== null)
        assert.ok((serviceTime ?? 0) > 0 && (responseTime ?? 0) > (serviceTime ?? 0))
      }
    })

    it('become a run', async () => {
      const trials = [
        { target: 'container', file: (await send('closed', { VUS: '1' })).out },
        { target: 'other', file: (await send('closed', { VUS: '1' })).out },
      ]
      const out = join(await newFolder(), 'run')
      const report = await importRun({ from: 'k6', trials, photos, out, formats: ['json'] })
      assert.deepEqual([report.valid, report.invalidReasons], [true, []])
      assert.deepEqual(
        report.conditions.map(({ requests, errors }) => [requests, errors]),
        [
          [12, 0],
          [12, 0],
        ],
      )
    })

    it('offer a rate in the open loop, each request on a connection of its own', async () => {
      const { out, options } = await send('open', { RATE: '20', DURATION: '2' })
      assert.deepEqual(options.scenarios.photos, {
        ...{ executor: 'constant-arrival-rate', rate: 20, timeUnit: '1s', duration: '2s' },
        ...{ preAllocatedVUs: 40, maxVUs: 1000, gracefulStop: '30s' },
      })
      assert.equal('noConnectionReuse' in options && options.noConnectionReuse, true)
      const { workload } = await readK6(readLines(out), toKnown(await readPhotoSet(photos)))
      assert.deepEqual(workload, { kind: 'open', rate: 20 })
    })
  })

  const FAULTS = [
    ['other label', 'wrong', /^\w+ \(0\.\d{4}\), but \w+ \(0\.\d{4}\) without load$/],
    ['probability off by 0.01', 'wrong', /without load$/],
    ['overloaded 503', 'refused', /^503: \{"code":"OVERLOADED"\}$/],
    ['status 500', 'status', /^500: /],
    ['HTML page', 'garbage', /^no prediction in the answer: <html>/],
    ['truncated JSON', 'garbage', /^no prediction in the answer: /],
    ['reset connection', 'unanswered', /ECONNRESET/],
  ] as const satisfies readonly (readonly [FakeBehaviour['fault'], string, RegExp])[]
  for (const [fault, outcome, said] of FAULTS) {
    it(`call an answer ${outcome}: ${fault}`, async () => {
      const folder = await newFolder()
      const set = await makePhotoSet(join(folder, 'photos'))
      const server = await createFakeServer({ fault, every: 2 })
      let trial: ImportedTrial
      try {
        const out = join(folder, 'samples.json')
        const env = { PHOTOS: join(folder, 'photos'), TARGET: server.baseUrl }
        const end = await runScenario('closed', { folder, env, iterations: 4, out })
        assert.deepEqual([end.exitCode, end.stderr], [0, ''])
        trial = await readK6(readLines(out), toKnown(set))
      } finally {
        await server.close()
      }
      const outcomes = trial.observations.map((row) => row.outcome)
      assert.deepEqual(outcomes, ['right', outcome, 'right', outcome])
      assert.match(trial.messages[0] ?? '', said)
    })
  }

  it('call an answer wrong that another model gave', async () => {
    const folder = await newFolder()
    const photos = join(folder, 'photos')
    const set = await makePhotoSet(photos, { name: 'fake', sha256: 'e'.repeat(64) })
    const server = await createFakeServer()
    try {
      const out = join(folder, 'samples.json')
      const env = { PHOTOS: photos, TARGET: server.baseUrl }
      await runScenario('closed', { folder, env, iterations: 1, out })
      const { messages } = await readK6(readLines(out), toKnown(set))
      assert.deepEqual(messages, ['answered by another model than without load'])
    } finally {
      await server.close()
    }
  })

  it('end before the first request where something is missing or makes no sense', async () => {
    const folder = await newFolder()
    const photos = join(folder, 'photos')
    await makePhotoSet(photos)
    for (const [env, said] of [
      [{ TARGET: 'http://127.0.0.1:1' }, /-e PHOTOS=… is needed: the absolute path/],
      [{ PHOTOS: photos }, /-e TARGET=… is needed: the base URL/],
      [{ PHOTOS: photos, TARGET: 'http://127.0.0.1:1', VUS: 'many' }, /-e VUS accepts a whole/],
    ] as const) {
      const out = join(folder, 'samples.json')
      const { exitCode, stderr } = await runScenario('closed', { folder, env, iterations: 1, out })
      assert.notEqual(exitCode, 0)
      assert.match(stderr, said)
      await assert.rejects(() => readFile(out), { code: 'ENOENT' })
    }
  })
})
