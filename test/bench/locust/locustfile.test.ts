import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportedTrial } from '../../../bench/import/imported'
import { importRun } from '../../../bench/import/import-run'
import { readLocust } from '../../../bench/import/locust'
import { readLines } from '../../../bench/import/read-lines'
import { readPhotoSet } from '../../../bench/photos/photo-set'
import type { PhotoSet } from '../../../bench/photos/photo-set'
import { createRandom, shuffle } from '../../../bench/random'
import { createFakeServer } from '../../helpers/fake-target'
import type { FakeBehaviour } from '../../helpers/fake-target'
import { runHarness } from '../../helpers/harness-process'
import { makePhotoSet, toKnown, writeInto } from '../../helpers/imported-files'
import {
  runInLocustFile,
  runLocust,
  runWithPage,
  startLocust,
  whyNoLocust,
} from '../../helpers/locust-process'
import { useFolders } from '../../helpers/measured'
import { skipUnless } from '../../helpers/optional'
import { startServer } from '../../helpers/server-process'
import type { ServerProcess } from '../../helpers/server-process'
import { until } from '../../helpers/until'

describe('the locustfile', () => {
  const newFolder = useFolders()
  before(async function () {
    skipUnless(this, await whyNoLocust())
  })

  const readRows = async (rows: string, photos: PhotoSet): Promise<ImportedTrial> =>
    readLocust(readLines(rows), toKnown(photos))

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

    /** @returns the file with its rows */
    async function send(users: number, requests: number): Promise<string> {
      const rows = join(await newFolder(), 'rows.ndjson')
      const { exitCode, output } = await runLocust([
        ...['-u', String(users), '-r', String(users), '--host', `${server.baseUrl}/`],
        ...['--photos', photos, '--rows', rows, '--requests', String(requests)],
        ...['--order-seed', '7'],
      ])
      assert.equal(exitCode, 0, output)
      return rows
    }

    it('sends the photos in the seeded order, and finds every answer right', async () => {
      const set = await readPhotoSet(photos)
      const { observations, ...trial } = await readRows(await send(3, 30), set)
      const { workload, seed, failures, machine, loadAverage } = trial
      assert.deepEqual([workload, seed], [{ kind: 'closed', concurrency: 3 }, 7])
      assert.deepEqual(failures, [])
      assert.ok((machine?.cores ?? 0) > 0 && loadAverage !== null)
      assert.ok((trial.generatorCpuSeconds ?? 0) > 0)
      const order = shuffle([...Array(5).keys()], createRandom(7))
      assert.deepEqual(
        observations.map(({ photo }) => photo),
        Array.from({ length: 30 }, (_, number) => order[number % 5]),
      )
      for (const { outcome, status, responseTime, serviceTime, ...times } of observations) {
        assert.deepEqual([outcome, status], ['right', 200])
        assert.ok((times.predictionTime ?? 0) > 0 && times.queueTime !== null)
        assert.ok((serviceTime ?? 0) > 0 && (responseTime ?? 0) > (serviceTime ?? 0))
      }
    })

    it('makes files that become a run, of which a report is made', async () => {
      const trials = [
        { target: 'container', file: await send(2, 20) },
        { target: 'other', file: await send(2, 20) },
      ]
      const out = join(await newFolder(), 'run')
      const report = await importRun({ from: 'locust', trials, photos, out, formats: ['json'] })
      assert.deepEqual([report.valid, report.invalidReasons], [true, []])
      assert.deepEqual(
        report.conditions.map(({ workload, requests, errors }) => [
          ...[workload.concurrency, requests, errors],
        ]),
        [
          [2, 20, 0],
          [2, 20, 0],
        ],
      )
      const { exitCode, stdout } = await runHarness('report', [out])
      assert.equal(exitCode, 0)
      assert.match(stdout, /^\nVALID\n/)
    })

    it('loads each target with as many at once as there are users', async () => {
      const fake = await createFakeServer({ delay: 5 })
      const folder = await newFolder()
      const set = await makePhotoSet(join(folder, 'photos'))
      try {
        const rows = join(folder, 'rows')
        const { exitCode, output } = await runLocust([
          ...['-u', '4', '-r', '1', '--host', fake.baseUrl, '--photos', join(folder, 'photos')],
          ...['--rows', rows, '--requests', '40'],
        ])
        assert.equal(exitCode, 0, output)
        const { mostAtOnce, connections, requests } = fake.record
        assert.deepEqual([mostAtOnce, connections, requests], [4, 4, 40])
        assert.equal((await readRows(rows, set)).observations.length, 40)
      } finally {
        await fake.close()
      }
    })
  })

  const FAULTS = [
    ['other label', 'wrong', /^\w+ \(0\.\d{4}\), but \w+ \(0\.\d{4}\) without load$/],
    ['probability off by 0.01', 'wrong', /without load$/],
    ['overloaded 503', 'refused', /^503: \{"code":"OVERLOADED"\}$/],
    ['status 500', 'status', /^500: /],
    ['HTML page', 'garbage', /^no prediction in the answer: <html>/],
    ['truncated JSON', 'garbage', /^no prediction in the answer: /],
    ['closed connection', 'unanswered', /./],
    ['reset connection', 'unanswered', /./],
    ['half an answer', 'unanswered', /./],
  ] as const satisfies readonly (readonly [FakeBehaviour['fault'], string, RegExp])[]
  for (const [fault, outcome, said] of FAULTS) {
    it(`calls an answer ${outcome}, and a failure: ${fault}`, async () => {
      const folder = await newFolder()
      const set = await makePhotoSet(join(folder, 'photos'))
      const server = await createFakeServer({ fault, every: 2, serverTiming: true })
      const rows = join(folder, 'rows')
      try {
        const { exitCode, output } = await runLocust([
          ...['-u', '1', '--host', server.baseUrl, '--photos', join(folder, 'photos')],
          ...['--rows', rows, '--requests', '4'],
        ])
        assert.equal(exitCode, 1, output)
        assert.match(output, new RegExp(`^2 +POST /classify: .*${outcome}\\b`, 'm'))
      } finally {
        await server.close()
      }
      const { observations, messages } = await readRows(rows, set)
      assert.deepEqual(
        observations.map((row) => row.outcome),
        ['right', outcome, 'right', outcome],
      )
      assert.match(messages[0] ?? '', said)
    })
  }

  it('calls an answer wrong that another model gave', async () => {
    const folder = await newFolder()
    const set = await makePhotoSet(join(folder, 'photos'), { name: 'x', sha256: 'e'.repeat(64) })
    const server = await createFakeServer()
    try {
      await runLocust([
        ...['-u', '1', '--host', server.baseUrl, '--photos', join(folder, 'photos')],
        ...['--rows', join(folder, 'rows'), '--requests', '1'],
      ])
    } finally {
      await server.close()
    }
    const { messages } = await readRows(join(folder, 'rows'), set)
    assert.deepEqual(messages, ['answered by another model than without load'])
  })

  it('tells how many requests were cut off when it was stopped', async () => {
    const folder = await newFolder()
    const set = await makePhotoSet(join(folder, 'photos'))
    const server = await createFakeServer({ fault: 'hang', after: 2 })
    try {
      const locust = startLocust([
        ...['-u', '2', '-r', '2', '--host', server.baseUrl],
        ...['--photos', join(folder, 'photos'), '--rows', join(folder, 'rows')],
      ])
      let isOver = false
      void locust.ended.then(() => (isOver = true))
      await until(() => Promise.resolve(isOver || server.record.faults === 2 || undefined))
      locust.interrupt()
      await locust.ended
    } finally {
      await server.close()
    }
    const { observations, failures } = await readRows(join(folder, 'rows'), set)
    assert.equal(observations.length, 2)
    assert.match(failures.join(), /cut off when Locust stopped .*: 2$/)
  })

  it('has the order of the harness for every seed', async () => {
    const seeds = [0, 1, 7, 2 ** 31, 2 ** 32 - 1]
    const line = `import json; print(json.dumps([locustfile.to_order(20, seed) for seed in ${JSON.stringify(seeds)}]))`
    const { output } = await runInLocustFile(line)
    assert.deepEqual(
      JSON.parse(output),
      seeds.map((seed) => shuffle([...Array(20).keys()], createRandom(seed))),
    )
  })

  it('refuses to start without photos and answers, over rows that are there, with workers, and with a page', async () => {
    const folder = await newFolder()
    const photos = join(folder, 'photos')
    await makePhotoSet(photos)
    const old = await writeInto(folder, 'old', 'precious')
    const given = ['-u', '1', '--host', 'http://127.0.0.1:1', '--requests', '1']
    for (const [args, status, said] of [
      [[], 64, /--photos DIR .* and --rows FILE are needed/],
      [['--photos', folder, '--rows', join(folder, 'rows')], 65, /photos.json/],
      [['--photos', photos, '--rows', old], 64, /old is there already: name a new file/],
      [['--photos', photos, '--rows', join(folder, 'r'), '--master'], 64, /one process only/],
    ] as const) {
      const { exitCode, output } = await runLocust([...given, ...args])
      assert.equal(exitCode, status, output)
      assert.match(output, said)
    }
    const { exitCode, output } = await runWithPage([
      ...['--web-host', '127.0.0.1', '--web-port', '0', ...given],
      ...['--photos', photos, '--rows', join(folder, 'r')],
    ])
    assert.equal(exitCode, 64, output)
    assert.match(output, /--headless is needed: one run of Locust is one trial/)
    assert.equal(await readFile(old, 'utf8'), 'precious')
  })
})
