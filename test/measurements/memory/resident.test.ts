import assert from 'node:assert/strict'
import { skipUnless } from '../../helpers/optional'
import { readResident, SOURCES, toResident, whyNoResident } from './resident'

const toMapping = (name: string, kilobytes: number): string =>
  [
    `7f0000000000-7f0000100000 r-xp 00000000 08:01 1234                       ${name}`,
    'Size:               1024 kB',
    `Rss:                 ${kilobytes} kB`,
    `Pss:                 ${Math.floor(kilobytes / 2)} kB`,
    'VmFlags: rd ex mr mw me',
  ].join('\n')

describe('what memory is of', () => {
  it('is told by what is mapped, in bytes', () => {
    const smaps = [
      toMapping('/usr/local/bin/node', 10),
      toMapping('/app/node_modules/onnxruntime-node/bin/libonnxruntime.so.1', 20),
      toMapping('/app/node_modules/onnxruntime-node/bin/onnxruntime_binding.node', 1),
      toMapping('/usr/lib/libc.so.6', 3),
      toMapping('[heap]', 40),
      toMapping('', 50),
      toMapping('[stack]', 5),
      toMapping('/usr/local/bin/node', 2),
    ].join('\n')
    assert.deepEqual(toResident(smaps), {
      node: 12 * 1024,
      onnxruntime: 21 * 1024,
      libraries: 3 * 1024,
      malloc: 40 * 1024,
      anonymous: 55 * 1024,
    })
  })

  it('adds up to what the kernel says of this process', function () {
    skipUnless(this, whyNoResident())
    const resident = readResident(process.pid)
    const sum = SOURCES.reduce((all, source) => all + resident[source], 0)
    const told = process.memoryUsage.rss()
    // Between the two readings it may grow.
    assert.ok(Math.abs(sum / told - 1) < 0.1, `${sum} and ${told}`)
    assert.ok(resident.node > 2 ** 20 && resident.anonymous > 2 ** 20)
  })
})
