import assert from 'node:assert/strict'
import { createProgress, toWords } from '../../bench/progress'
import type { Progress, Screen } from '../../bench/progress'

interface Shown {
  readonly progress: Progress
  readonly wait: (ms: number) => void
  readonly text: () => string
}

function show(screen: Omit<Screen, 'write'> = {}): Shown {
  let [now, text] = [1000, '']
  const progress = createProgress({ ...screen, write: (more) => (text += more) }, () => now)
  return { progress, wait: (ms) => (now += ms), text: () => text }
}

/** What a terminal shows: a line may be written again. */
const toScreen = (text: string): string[] =>
  text.split('\n').map((line) => line.split('\r\u001b[K').at(-1) ?? '')

describe('the progress', () => {
  it('is a line that a terminal writes again', () => {
    const { progress, text, wait } = show({ isTTY: true, columns: 40 })
    progress.say('starting')
    progress.update(0, 'the first')
    wait(2000)
    progress.update(0.2, 'the second')
    assert.deepEqual(toScreen(text()), ['starting', ' 20 %, 8 s left: the second'])
    assert.equal(text().split('\n').length, 2)
    progress.say('something else')
    progress.update(0.5, 'a third that is longer than the terminal is wide')
    progress.end()
    progress.end()
    assert.deepEqual(toScreen(text()), [
      'starting',
      ' 20 %, 8 s left: the second',
      'something else',
      ' 50 %, 2 s left: a third that is longer',
      '',
    ])
  })

  it('does not count what came before the first share', () => {
    const { progress, text, wait } = show({ isTTY: true })
    wait(60_000)
    progress.update(0, 'begin')
    wait(1000)
    progress.update(0.1, 'go on')
    assert.equal(toScreen(text())[0], ' 10 %, 9 s left: go on')
  })

  it('is a line now and then in a file', () => {
    const { progress, text, wait } = show()
    for (let done = 0; done < 40; done++) {
      progress.update(done / 40, `trial ${done}`)
      wait(1000)
    }
    progress.end()
    assert.deepEqual(text().split('\n'), [
      '  0 %: trial 0',
      ' 37 %, 25 s left: trial 15',
      ' 75 %, 10 s left: trial 30',
      '',
    ])
  })

  it('says minutes and seconds', () => {
    assert.equal(toWords(0), '0 s')
    assert.equal(toWords(1), '1 s')
    assert.equal(toWords(59_000), '59 s')
    assert.equal(toWords(59_001), '1 min 0 s')
    assert.equal(toWords(3_725_000), '62 min 5 s')
  })
})
