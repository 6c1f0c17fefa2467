import assert from 'node:assert/strict'
import { toCurve } from '../../model-training/curve'
import type { EpochLog } from '../../model-training/progress'

const toLog = (epochs: number): EpochLog[] =>
  Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    loss: 3 / (i + 1),
    accuracy: 0.5 + i / 20,
    validationLoss: 1 + Math.abs(i - 3),
    validationAccuracy: 0.4 + i / 20,
  }))

const count = (text: string, part: RegExp): number => [...text.matchAll(part)].length

describe('toCurve', () => {
  it('draws a line for each loss and accuracy, over all epochs, and says how it ended', async () => {
    const svg = await toCurve(toLog(6))
    assert.match(
      svg,
      /<title id="t">Training of 6 epochs: lowest validation loss 1\.000, [^<]* 0\.650</,
    )
    assert.equal(count(svg, /<g[^>]*class="training"/g), 2)
    assert.equal(count(svg, /<g[^>]*class="validation"/g), 2)
    const lines = [
      ...svg.matchAll(/<g[^>]*class="(?:training|validation)"[^>]*><path d="([^"]*)"/g),
    ]
    assert.equal(lines.length, 4)
    for (const [, path = ''] of lines) assert.equal(path.split('L').length, 6)
    assert.ok(!svg.includes('http://') || count(svg, /http:\/\//g) === 1, 'its name space only')
  })

  it('draws a point for a single epoch', async () => {
    assert.equal(count(await toCurve(toLog(1)), /<circle/g), 4)
  })
})
