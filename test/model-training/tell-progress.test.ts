import assert from 'node:assert/strict'
import { seldom, tellProgress, tellSteps } from '../../model-training/tell-progress'

/** Lines that are said when time is never too short, and when it always is. */
const sayAt = (every: number) => {
  const lines: string[] = []
  return { every, lines, say: (line: string) => void lines.push(line) }
}

describe('seldom', () => {
  it('passes on what comes late enough, and nothing else', () => {
    const [always, never] = [sayAt(0), sayAt(Number.POSITIVE_INFINITY)]
    for (const { every, say } of [always, never]) {
      const tell = seldom(say, every)
      tell('a')
      tell('b')
    }
    assert.deepEqual([always.lines, never.lines], [['a', 'b'], []])
  })
})

describe('tellProgress', () => {
  it('tells how far a task is, once something has been done of which the time is known', () => {
    const { lines, say } = sayAt(0)
    const tell = tellProgress('reading', say, 0)
    for (const done of [40, 60, 100]) tell(done, 100)
    assert.equal(lines.length, 2)
    assert.match(lines[0] ?? '', /^reading: 60\/100, \d+ (s|min) left$/)
    assert.equal(lines[1], 'reading: 100/100, 0 s left')
  })
})

describe('tellSteps', () => {
  it('tells of each epoch apart from the others', () => {
    const { lines, say } = sayAt(0)
    const tell = tellSteps(9, say, 0)
    for (const epoch of [1, 2]) for (const done of [1, 2]) tell({ epoch, done, all: 2 })
    const expected = [1, 2].map((epoch) => `steps of epoch ${epoch}/9: 2/2, 0 s left`)
    assert.deepEqual(lines, expected)
  })
})
