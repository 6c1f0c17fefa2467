import assert from 'node:assert/strict'
import { toMemoryMarkdown } from './markdown'
import type { MemoryMeasurement } from './memory'

const MIB = 2 ** 20
const BYTES = {
  ...{ node: 30 * MIB, onnxruntime: 20 * MIB, libraries: MIB / 2 },
  ...{ malloc: 10 * MIB, anonymous: 40 * MIB },
}

const MEASURED: MemoryMeasurement = {
  requests: 2000,
  connections: 10,
  blocks: [[BYTES], [BYTES]],
  summary: [
    { name: 'node', workers: 0, bytes: BYTES },
    { name: 'loaded', workers: 1, bytes: BYTES },
    { name: 'loaded', workers: 2, bytes: { ...BYTES, anonymous: 60 * MIB } },
  ],
}

describe('the report on memory', () => {
  it('has a row a process and a column a source, which add up', () => {
    const rows = toMemoryMarkdown(MEASURED, 'of today')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split('|').map((cell) => cell.trim()))
    assert.deepEqual(
      rows.slice(2).map((cells) => [cells[1], ...cells.slice(2, 8)]),
      [
        ['Node.js that does nothing', '30.0', '20.0', '0.5', '10.0', '40.0', '100.5'],
        ['the container twin, loaded, one worker', '30.0', '20.0', '0.5', '10.0', '40.0', '100.5'],
        ['the container twin, loaded, 2 workers', '30.0', '20.0', '0.5', '10.0', '60.0', '120.5'],
      ],
    )
  })
})
