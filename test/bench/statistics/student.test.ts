import assert from 'node:assert/strict'
import fc from 'fast-check'
import { studentCdf, studentQuantile } from '../../../bench/statistics/student'

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`)
}

const someT = fc.double({ min: -50, max: 50, noNaN: true })
const someDegrees = fc.double({ min: 0.5, max: 500, noNaN: true })

describe('studentQuantile', () => {
  // Tables of the t distribution, to six decimals.
  const published = [
    [0.95, 1, 6.313752],
    [0.975, 1, 12.706205],
    [0.975, 4, 2.776445],
    [0.9, 5, 1.475884],
    [0.975, 9, 2.262157],
    [0.995, 10, 3.169273],
    [0.975, 19, 2.093024],
    [0.975, 30, 2.042272],
    [0.995, 120, 2.617421],
    [0.9995, 3, 12.923979],
  ] as const
  for (const [p, degrees, t] of published) {
    it(`gives the published ${p} quantile of ${degrees} degrees`, () => {
      assertNear(studentQuantile(p, degrees), t, 5.1e-7)
      assertNear(studentQuantile(1 - p, degrees), -t, 5.1e-7)
    })
  }

  it('nears the normal distribution with many degrees', () => {
    const z = 1.959963984540054
    // First term of the expansion by 1 / degrees: Abramowitz and Stegun 26.7.5.
    for (const degrees of [1e4, 1e5, 1e6]) {
      const expected = z + (z ** 3 + z) / 4 / degrees
      assertNear(studentQuantile(0.975, degrees), expected, 1e-7 / (degrees / 1e4) + 1e-10)
    }
  })

  it('is 0 in the middle, and the inverse of the distribution', () => {
    assert.equal(studentQuantile(0.5, 7), 0)
    const probability = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true })
    fc.assert(
      fc.property(probability, someDegrees, (p, degrees) => {
        assertNear(studentCdf(studentQuantile(p, degrees), degrees), p, 1e-10)
      }),
    )
  })

  it('refuses what has no quantile', () => {
    for (const p of [0, 1, -1, NaN]) assert.throws(() => studentQuantile(p, 5), RangeError)
    for (const degrees of [0, -1, NaN, Infinity]) {
      assert.throws(() => studentQuantile(0.9, degrees), RangeError)
    }
  })
})

describe('studentCdf', () => {
  it('has the closed forms of 1, 2 and 4 degrees', () => {
    for (let t = -40; t <= 40; t += 0.37) {
      const scaled = t / Math.sqrt(1 + (t * t) / 4)
      assertNear(studentCdf(t, 1), 0.5 + Math.atan(t) / Math.PI, 1e-13)
      assertNear(studentCdf(t, 2), 0.5 + t / (2 * Math.sqrt(2 + t * t)), 1e-13)
      const four = 0.5 + (3 / 8) * scaled * (1 - (t * t) / (1 + (t * t) / 4) / 12)
      assertNear(studentCdf(t, 4), four, 1e-13)
    }
  })

  it('keeps the digits of a far tail', () => {
    // 1 / (pi t) - 1 / (3 pi t^3) ...: the Cauchy distribution.
    assertNear(studentCdf(-1e8, 1) * Math.PI * 1e8, 1, 1e-12)
  })

  it('rises with t and is symmetric', () => {
    fc.assert(
      fc.property(someT, someT, someDegrees, (one, other, degrees) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        assert.ok(studentCdf(low, degrees) <= studentCdf(high, degrees) + 1e-13)
        assertNear(studentCdf(one, degrees) + studentCdf(-one, degrees), 1, 1e-13)
      }),
    )
  })

  it('has its ends', () => {
    assert.equal(studentCdf(-Infinity, 3), 0)
    assert.equal(studentCdf(Infinity, 3), 1)
    // Their squares are not finite.
    for (const t of [1e155, 1e200, Number.MAX_VALUE]) {
      assert.equal(studentCdf(-t, 3), 0)
      assert.equal(studentCdf(t, 3), 1)
    }
    assert.equal(studentCdf(0, 3), 0.5)
    assert.throws(() => studentCdf(NaN, 3), RangeError)
    assert.throws(() => studentCdf(1, 0), RangeError)
  })
})
