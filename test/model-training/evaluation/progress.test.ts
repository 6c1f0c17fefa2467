import assert from 'node:assert/strict'
import { createProgress } from '../../../model-training/evaluation/progress'

/** What is written at which times, by a clock of the test's own. */
function createScreen({ isTTY }: { isTTY: boolean }) {
  const written: string[] = []
  let time = 0
  const screen = { isTTY, columns: 40, write: (text: string) => written.push(text) }
  const progress = createProgress(screen, () => time)
  const at = (ms: number, share: number): void => {
    time = ms
    progress.onProgress({ share, what: 'photos' })
  }
  return { written, at, end: progress.end }
}

describe('progress of an evaluation', () => {
  it('writes a line now and then into a file, with the time that is left', () => {
    const { written, at, end } = createScreen({ isTTY: false })
    at(0, 0)
    // The clock of what is left begins with the first work.
    at(1_000, 0.01)
    at(12_000, 0.1)
    at(13_000, 0.2)
    at(31_000, 0.2)
    at(301_000, 0.25)
    end()
    assert.deepEqual(written, [
      '0 %: photos\n',
      '10 %, 99 s left: photos\n',
      '20 %, 2 min left: photos\n',
      '25 %, 15 min left: photos\n',
    ])
  })

  it('writes one line of a terminal anew, never wider than it, and clears it', () => {
    const { written, at, end } = createScreen({ isTTY: true })
    at(0, 0.5)
    at(1_000, 1)
    end()
    end()
    assert.deepEqual(written, [
      '\r\u001b[K50 %, 0 s left: photos',
      '\r\u001b[K100 %, 0 s left: photos',
      '\r\u001b[K',
    ])
    assert.ok(written.every((text) => text.length < 45))
  })
})
