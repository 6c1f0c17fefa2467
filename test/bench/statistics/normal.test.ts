import assert from 'node:assert/strict'
import { createRandom } from '../../../bench/random'
import { toMoments } from '../../../bench/statistics/moments'
import { createNormal } from '../../../bench/statistics/normal'

describe('createNormal', () => {
  const normal = createNormal(createRandom(3))
  const draws = Array.from({ length: 100_000 }, () => normal())

  it('has mean 0 and standard deviation 1', () => {
    const { mean, standardDeviation } = toMoments(draws)
    assert.ok(Math.abs(mean) < 0.01, `mean ${mean}`)
    assert.ok(Math.abs(standardDeviation - 1) < 0.01, `standard deviation ${standardDeviation}`)
  })

  it('has as many far from 0 as the normal distribution', () => {
    for (const [z, beyond] of [
      [1, 0.31731],
      [1.959964, 0.05],
      [2.575829, 0.01],
    ] as const) {
      const share = draws.filter((draw) => Math.abs(draw) > z).length / draws.length
      assert.ok(Math.abs(share - beyond) < 4 * Math.sqrt(beyond / draws.length), `${z}: ${share}`)
    }
  })

  it('does not depend on the draw before', () => {
    const products = toMoments(draws.slice(1).map((draw, at) => draw * draws[at]!))
    assert.ok(Math.abs(products.mean) < 0.013, `correlation ${products.mean}`)
  })

  it('is finite where the random number is 0', () => {
    const zero = createNormal(() => 0)
    assert.ok([zero(), zero()].every(Number.isFinite))
  })
})
