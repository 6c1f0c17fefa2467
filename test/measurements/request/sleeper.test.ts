import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { skipUnless } from '../../helpers/optional'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'
import { startSleeper } from './sleeper'
import { whyNoThreads } from './threads'

describe('a sleeper', () => {
  const folder = useTemporaryFolder()

  it('tells what it took to sleep and be woken, as often as it is asked', async function () {
    skipUnless(this, whyNoThreads())
    const sleeper = await startSleeper({ folder: folder(), samplingIntervalUs: 500 })
    try {
      for (const wakes of [50, 100]) {
        const { switches, cpuMs, sampledMs } = await sleeper.calibrate(wakes)
        // Two bytes may come before it is awake, but hardly ever do; signals of the sampler come on top.
        assert.ok(switches >= wakes / 2, `${switches} switches`)
        assert.ok(cpuMs > 0 && sampledMs >= 0, `${cpuMs} and ${sampledMs} ms`)
      }
    } finally {
      await sleeper.stop()
    }
    const profiles = (await readdir(folder())).filter((file) => file.startsWith('profile-'))
    assert.deepEqual(profiles, [])
  })
})
