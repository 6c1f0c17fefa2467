import assert from 'node:assert/strict'
import { readCommittedCore } from '../committed-core'
import { toMarkdown } from '../report'
import { toPoolsMarkdown } from './markdown'
import type { PoolsMeasurement } from './pools'
import { summarise } from './summarise'

const LOAD = { work: 'idle', threads: 2, photo: 'large.jpg', photos: 400 } as const
const BLOCKS = [1, 2, 3, 4, 5, 6].map((cpuMs) => [
  { ...LOAD, pool: 'ours' as const, cpuMs, photosPerSecond: 500 },
  { ...LOAD, pool: 'cloned' as const, cpuMs: cpuMs * 2, photosPerSecond: 250 },
])
const MEASURED: PoolsMeasurement = {
  versions: { engine: 'onnx 1.30.0', decoder: 'turbo 2.1.5', piscina: '5.3.2' },
  photos: [{ name: 'large.jpg', width: 4032, height: 3024, bytes: 3_456_789 }],
  summary: summarise(BLOCKS),
  blocks: BLOCKS,
}

describe('the report on pools', () => {
  const markdown = toPoolsMarkdown(MEASURED, 'of today')

  it('says what is compared', () => {
    assert.match(markdown, /of today; 6 interleaved blocks/)
    assert.match(markdown, /piscina\s5\.3\.2/)
    assert.match(markdown, /onnx 1\.30\.0, turbo 2\.1\.5/)
  })

  it('has a row a condition', () => {
    const rows = markdown.split('\n').filter((line) => line.includes('3457 KB'))
    assert.deepEqual(rows, [
      '| ours, up to 4 photos a message | nothing | 2 | 4032 x 3024, 3457 KB | 3.500 (1.000 to 6.000) | ' +
        '1.00 (1.00 to 1.00) | 500 (500 to 500) |',
      '| piscina, photos cloned | nothing | 2 | 4032 x 3024, 3457 KB | 7.000 (2.000 to 12.000) | ' +
        '2.00 (2.00 to 2.00) | 250 (250 to 250) |',
    ])
  })

  it('is left out where nothing was measured, and makes no other difference', () => {
    const { measured, made } = readCommittedCore()
    const others = { ...measured, request: undefined }
    const pools = { ...made, ...MEASURED }
    const without = toMarkdown(others)
    const whole = toMarkdown({ ...others, pools })
    const section = /## Worker pools[^]*(?=## Engines)/
    assert.doesNotMatch(without, section)
    assert.match(whole, section)
    assert.equal(whole.replace(section, ''), without)
  })
})
