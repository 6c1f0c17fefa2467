import assert from 'node:assert/strict'
import { measure } from '../../bench/measure'
import type { Columns } from '../../bench/open-targets'
import { createProgress } from '../../bench/progress'
import { readRun } from '../../bench/read-run'
import type { RawRun } from '../../bench/read-run'
import { createRecorder } from '../../bench/recorder'
import { openRemote } from '../../bench/targets/remote'
import { TargetError } from '../../bench/targets/target'
import type { Target } from '../../bench/targets/target'
import { toFakePhotos } from '../helpers/fake-photos'
import { createFakeServer } from '../helpers/fake-target'
import type { FakeServer } from '../helpers/fake-target'
import { toPlan, useFolders } from '../helpers/measured'

const PHOTOS = toFakePhotos(4)
const NAMES = ['a', 'b', 'b again']

describe('a run with new processes in every block', () => {
  const newFolder = useFolders()
  const servers: FakeServer[] = []
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

  /** Targets of this process; `change` says what new ones are like. */
  async function open(
    signal: AbortSignal,
    change: (target: Target) => Target = (target) => target,
  ): Promise<Map<string, Target>> {
    const opened = await Promise.all(
      NAMES.map(async (name) => {
        const server = await createFakeServer()
        servers.push(server)
        const target = await openRemote({ name, baseUrl: server.baseUrl, signal })
        return [name, change(target)] as const
      }),
    )
    return new Map(opened)
  }

  async function run(
    renew: NonNullable<Columns['renew']>,
    changes: Parameters<typeof toPlan>[1] = {},
    first: Columns['open'] = (signal) => open(signal),
  ): Promise<RawRun> {
    const folder = await newFolder()
    const recorder = await createRecorder(folder)
    await recorder.writeEnvironment({} as never)
    const plan = toPlan(PHOTOS, { blocks: 3, concurrency: [1, 2], fresh: true, ...changes })
    const columns: Columns = {
      ...{ names: NAMES, comparisons: plan.comparisons, aa: plan.aa!, aaMethod: '' },
      ...{ open: first, renew },
    }
    const progress = createProgress({ write: () => undefined })
    const { signal } = new AbortController()
    await measure({ plan, columns, photos: PHOTOS, recorder, progress, signal })
    return readRun(folder)
  }

  it('starts all of them anew before each block but the first, and warms them up', async () => {
    let renewals = 0
    const { run: ended, trials } = await run((_targets, signal) => {
      renewals += 1
      return open(signal)
    })
    assert.deepEqual([ended.state, ended.failures, renewals], ['completed', [], 2])
    assert.equal(ended.warmUps.length, 3 * NAMES.length)
    assert.equal(trials.length, 3 * 2 * NAMES.length)
    // Three servers a block, and each was sent that block's requests of both levels, its photos and its warm-up.
    assert.equal(servers.length, 3 * NAMES.length)
    for (const server of servers) assert.ok(server.record.requests > 2 * 20, server.baseUrl)
  })

  it('does not where that was not asked for', async () => {
    const { run: ended } = await run(() => Promise.reject(new Error('not asked for')), {
      fresh: false,
    })
    assert.deepEqual([ended.state, ended.warmUps.length], ['completed', NAMES.length])
  })

  it('fails, and keeps what was measured, where they do not start again', async () => {
    const { run: ended, trials } = await run(() => Promise.reject(new TargetError('b: no room')))
    assert.deepEqual([ended.state, ended.failures], ['failed', ['b: no room']])
    assert.equal(trials.length, 2 * NAMES.length)
  })

  it('fails where what starts again is something else', async () => {
    const withEngine = (engine: string) => (target: Target) => ({
      ...target,
      facts: { ...target.facts, engine },
    })
    const { run: ended } = await run(
      (_targets, signal) => open(signal, withEngine('wasm')),
      {},
      (signal) => open(signal, withEngine('onnx')),
    )
    assert.equal(ended.state, 'failed')
    assert.match(ended.failures.join(), /^a is another than before it was started anew: .*engine/)
  })
})
