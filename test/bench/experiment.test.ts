import assert from 'node:assert/strict'
import fc from 'fast-check'
import { toSchedule } from '../../bench/experiment'
import type { Participants, PlannedTrial } from '../../bench/experiment'
import type { Plan } from '../../bench/run'
import { toFakePhotos } from '../helpers/fake-photos'
import { toPlan } from '../helpers/measured'

const PHOTOS = toFakePhotos(6)
const PARTICIPANTS = {
  loops: ['one', 'two', 'two again'],
  paper: ['one', 'two'],
  zeroWork: [],
  direct: [],
}
const PLAN = toPlan(PHOTOS, {
  concurrency: [1, 5, 10],
  blocks: 4,
  groupRepetitions: 3,
  sequenceRequests: 10,
})

const schedule = (
  changes: Partial<Plan> = {},
  participants: Participants = PARTICIPANTS,
): readonly PlannedTrial[] => toSchedule({ ...PLAN, ...changes }, participants)

/** The trials of each block, which are next to each other. */
function toBlocks(trials: readonly PlannedTrial[]): PlannedTrial[][] {
  const blocks: PlannedTrial[][] = []
  for (const trial of trials) {
    if (trial.order === 0) blocks.push([])
    blocks.at(-1)!.push(trial)
  }
  return blocks
}

describe('the schedule of a run', () => {
  it('is the same for the same seed, and another for another', () => {
    assert.deepEqual(schedule(), schedule())
    assert.notDeepEqual(schedule(), schedule({ seed: 2 }))
  })

  it("is the paper's sequence and groups, then the blocks of the closed loop", () => {
    const experiments = schedule().map(({ experiment }) => experiment)
    const expected = [
      ...Array<string>(2).fill('sequence'),
      ...Array<string>(3 * 3 * 2).fill('group'),
      ...Array<string>(4 * 3 * 3).fill('closed-loop'),
    ]
    assert.deepEqual(experiments, expected)
  })

  it('is the open loop alone where that is asked for', () => {
    const openLoop = { rates: [10, 50], duration: 4000 }
    const trials = schedule({ openLoop, concurrency: [] })
    assert.equal(trials.length, 4 * 2 * 3)
    for (const block of toBlocks(trials)) {
      assert.deepEqual(block.map(({ target }) => target).sort(), [...PARTICIPANTS.loops].sort())
      const [first] = block
      for (const { experiment, offered, photos } of block) {
        assert.equal(experiment, 'open-loop')
        assert.deepEqual(offered, first!.offered)
        assert.deepEqual(photos, first!.photos)
      }
    }
    const offered = toBlocks(trials).map(([trial]) => trial!.offered!)
    assert.deepEqual(
      offered.map(({ rate }) => rate).sort((one, other) => one - other),
      [10, 10, 10, 10, 50, 50, 50, 50],
    )
    assert.ok(offered.every(({ arrivals }) => arrivals.every((at) => at >= 0 && at < 4000)))
    assert.equal(new Set(offered.map(({ arrivals }) => arrivals.join())).size, offered.length)
    assert.deepEqual(trials, schedule({ openLoop, concurrency: [] }))
  })

  for (const [loop, changes] of [
    ['closed', {}],
    ['open', { openLoop: { rates: [50, 10], duration: 4000 }, concurrency: [] }],
  ] as const) {
    it(`asks for no work next to the lowest level in every block of the ${loop} loop`, () => {
      const participants = { ...PARTICIPANTS, zeroWork: ['one', 'two'], direct: ['two'] }
      const trials = schedule(changes, participants)
      const blocks = toBlocks(trials)
      const asked = blocks.flatMap(([first], at) => (first!.experiment === 'zero-work' ? [at] : []))
      assert.equal(asked.length, 4)
      for (const at of asked) {
        const [lowest, atService, atPod] = blocks.slice(at - 1)
        const { experiment, concurrency, offered, block } = lowest![0]!
        assert.deepEqual(
          [experiment, offered?.rate ?? concurrency],
          [`${loop}-loop`, offered ? 10 : 1],
        )
        const toWords = (trial: PlannedTrial): string =>
          `${trial.experiment} ${trial.target} ${trial.block}`
        assert.deepEqual(
          atService!.map(toWords).sort(),
          ['one', 'two'].map((name) => `zero-work ${name} ${block}`),
        )
        assert.deepEqual(atPod!.map(toWords), [`zero-work-direct two ${block}`])
      }
      const others = trials.filter((trial) => !trial.experiment.startsWith('zero-work'))
      assert.equal(others.length, schedule(changes).length)
    })
  }

  it('has the same even times in every block where arrivals are to be constant', () => {
    const openLoop = { rates: [5], arrivals: 'constant', duration: 1000 } as const
    for (const { offered } of schedule({ openLoop, concurrency: [] })) {
      assert.deepEqual(offered, { rate: 5, arrivals: [0, 200, 400, 600, 800] })
    }
  })

  it('leaves out what was not asked for', () => {
    const trials = schedule({ groupRepetitions: 0, sequenceRequests: 0 })
    assert.ok(trials.every(({ experiment }) => experiment === 'closed-loop'))
    assert.equal(trials.length, 4 * 3 * 3)
  })

  it('measures every target once in each block at each level, next to each other', () => {
    const plans = fc.record({
      seed: fc.nat(2 ** 32 - 1),
      blocks: fc.integer({ min: 1, max: 6 }),
      concurrency: fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }),
      groupRepetitions: fc.nat(3),
      sequenceRequests: fc.nat(3),
    })
    fc.assert(
      fc.property(plans, (changes) => {
        const { concurrency, groupRepetitions, sequenceRequests, blocks } = changes
        const seen = new Map<string, number>()
        for (const block of toBlocks(schedule(changes))) {
          const [{ experiment, concurrency: level, block: number, photos }] = block as [
            PlannedTrial,
          ]
          const names = experiment === 'closed-loop' ? PARTICIPANTS.loops : PARTICIPANTS.paper
          assert.deepEqual(block.map(({ target }) => target).sort(), [...names].sort())
          assert.deepEqual(
            block.map(({ order }) => order),
            [...names.keys()],
          )
          // They are alike but for the target, and send the same photos in the same order.
          for (const trial of block) {
            assert.deepEqual(
              [trial.experiment, trial.concurrency, trial.block, trial.photos],
              [experiment, level, number, photos],
            )
          }
          assert.deepEqual(
            [...photos].sort((one, other) => one - other),
            [...PHOTOS.keys()],
          )
          const key = `${experiment} ${number} ${level}`
          seen.set(key, (seen.get(key) ?? 0) + 1)
        }
        assert.ok([...seen.values()].every((times) => times === 1))
        const cells = concurrency.length * (blocks + groupRepetitions)
        assert.equal(seen.size, cells + (sequenceRequests > 0 ? 1 : 0))
      }),
    )
  })

  it('has targets, levels and photos in orders that vary from block to block', () => {
    const blocks = toBlocks(schedule({ blocks: 40 })).filter(
      ([trial]) => trial!.experiment === 'closed-loop',
    )
    const orders = (toKey: (block: readonly PlannedTrial[]) => string): number =>
      new Set(blocks.map(toKey)).size
    assert.equal(
      orders((block) => block.map(({ target }) => target).join()),
      6,
    )
    assert.ok(orders(([trial]) => trial!.photos.join()) > 30)
    const levels = Array.from({ length: 40 }, (_, at) =>
      blocks
        .slice(3 * at, 3 * at + 3)
        .map(([trial]) => trial!.concurrency)
        .join(),
    )
    assert.equal(new Set(levels).size, 6)
  })

  it('puts each target first about as often as any other', () => {
    const firsts = toBlocks(schedule({ blocks: 500, concurrency: [1], seed: 3 }))
      .filter(([trial]) => trial!.experiment === 'closed-loop')
      .map(([trial]) => trial!.target)
    for (const name of PARTICIPANTS.loops) {
      const share = firsts.filter((first) => first === name).length / firsts.length
      assert.ok(Math.abs(share - 1 / 3) < 0.1, `${name}: ${share}`)
    }
  })
})
