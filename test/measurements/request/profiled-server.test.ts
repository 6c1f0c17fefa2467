import assert from 'node:assert/strict'
import { join } from 'node:path'
import { goodPhotos } from '../../fixtures/good-photos'
import { skipUnless } from '../../helpers/optional'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'
import { load } from './load'
import { toWorkMs } from './profile'
import { startProfiledServer } from './profiled-server'
import type { ProfiledServer } from './profiled-server'
import type { ThreadProfile } from './profiler'
import { createToSource } from './sources'
import { whyNoThreads } from './threads'

const SAMPLING_INTERVAL_US = 200
const REQUESTS = 100

describe('a profiled server', () => {
  const folder = useTemporaryFolder()
  let server: ProfiledServer
  before(async function () {
    skipUnless(this, whyNoThreads())
    server = await startProfiledServer({
      folder: folder(),
      samplingIntervalUs: SAMPLING_INTERVAL_US,
    })
  })
  // There is none where the tests were skipped.
  after(() => (server as ProfiledServer | undefined)?.stop())

  async function profile(): Promise<readonly ThreadProfile[]> {
    const [photo] = await goodPhotos()
    await server.startProfile()
    let answered = 0
    await load({
      url: `${server.baseUrl}/classify`,
      photo: photo!.bytes,
      connections: 2,
      requests: REQUESTS,
      onLastAnswer: () => answered++,
    })
    assert.equal(answered, 1)
    return server.stopProfile()
  }

  it('tells what its two threads do, as often as it is asked', async () => {
    const toSource = createToSource(join(__dirname, '../../..'))
    for (let round = 0; round < 2; round++) {
      const profiles = await profile()
      assert.equal(profiles.length, 2)
      const of = (main: boolean) => profiles.find(({ isMainThread }) => isMainThread === main)!
      const workOf = ({ profile }: ThreadProfile) =>
        toWorkMs(profile, { samplingIntervalUs: SAMPLING_INTERVAL_US, toSource })
      assert.equal(of(true).tid, server.pid)
      assert.notEqual(of(false).tid, server.pid)
      // What takes a tenth of a millisecond and more of each request cannot be missed in all of them.
      const { predict = 0, entropy = 0, rest = 0 } = workOf(of(false))
      assert.ok(predict > 0 && entropy + rest > 0, `${predict} ms and ${entropy + rest} ms`)
      const { http = 0, predict: predictOnMain } = workOf(of(true))
      assert.ok(http > 0)
      assert.equal(predictOnMain, undefined)
    }
  })
})
