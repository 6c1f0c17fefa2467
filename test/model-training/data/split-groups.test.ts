import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SPLITS, type Split } from '../../../model-training/data/entry'
import { splitGroups } from '../../../model-training/data/split-groups'
import { between, createRandom } from '../../../model-training/random'

const countSides = (sides: readonly Split[], places: readonly number[]): number[] =>
  SPLITS.map((split) => places.filter((place) => sides[place] === split).length)

describe('splitGroups', () => {
  it('divides each label 70/15/15 where groups are single photos', () => {
    const labels = Array.from({ length: 100 }, (_, i) => (i < 60 ? 0 : 1))
    const sides = splitGroups(
      labels,
      labels.map((_, place) => [place]),
      1,
    )
    const places = [...labels.keys()]
    assert.deepEqual(countSides(sides, places.slice(0, 60)), [42, 9, 9])
    assert.deepEqual(countSides(sides, places.slice(60)), [28, 6, 6])
  })

  it('follows the seed', () => {
    const labels = new Array<number>(40).fill(0)
    const groups = labels.map((_, place) => [place])
    assert.deepEqual(splitGroups(labels, groups, 1), splitGroups(labels, groups, 1))
    assert.notDeepEqual(splitGroups(labels, groups, 1), splitGroups(labels, groups, 2))
  })

  it('comes within 3 % of a label where businesses have up to 60 photos of several labels', () => {
    const random = createRandom(7)
    const labels: number[] = []
    const groups: number[][] = []
    while (labels.length < 6000) {
      const count = Math.floor(between(random, 1, 60))
      groups.push(Array.from({ length: count }, (_, i) => labels.length + i))
      for (let i = 0; i < count; i += 1) labels.push(Math.floor(random() ** 3 * 5))
    }
    const sides = splitGroups(labels, groups, 1)
    for (let label = 0; label < 5; label += 1) {
      const own = [...labels.keys()].filter((place) => labels[place] === label)
      const shares = countSides(sides, own).map((count) => count / own.length)
      for (const [i, share] of [0.7, 0.15, 0.15].entries()) {
        assert.ok(Math.abs(shares[i]! - share) < 0.03, `label ${label}: ${shares.join(' ')}`)
      }
    }
  })

  it('never tears a group, and puts every photo somewhere', () => {
    const sizes = fc.array(fc.array(fc.nat(4), { minLength: 1, maxLength: 9 }), { maxLength: 30 })
    fc.assert(
      fc.property(sizes, fc.nat(), (labelsOfGroups, seed) => {
        let next = 0
        const groups = labelsOfGroups.map((labels) => labels.map(() => next++))
        const sides = splitGroups(labelsOfGroups.flat(), groups, seed)
        assert.equal(sides.length, next)
        for (const group of groups) {
          const own = new Set(group.map((place) => sides[place]))
          assert.equal(own.size, 1)
          assert.ok(SPLITS.includes([...own][0]!))
        }
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})
