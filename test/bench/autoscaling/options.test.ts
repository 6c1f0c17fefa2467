import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { toPoints } from '../../../bench/autoscaling/profiles'
import { readAutoscalingOptions, USAGE } from '../../../bench/autoscaling/options'

const CLUSTERS = [
  ...['--kubeconfig', 'kubeless=package.json'],
  ...['--kubeconfig', 'kubernetes=tsconfig.json'],
]

describe('the options of autoscaling', () => {
  it('have defaults', () => {
    const options = readAutoscalingOptions(CLUSTERS)
    assert.ok(options !== 'help')
    const { out, ...rest } = options
    assert.match(out, /^runs\/.*-autoscaling$/)
    assert.deepEqual(rest, {
      kubeconfigs: { kubeless: resolve('package.json'), kubernetes: resolve('tsconfig.json') },
      ...{ deploy: false, model: 'photo-net', profile: 'full', base: 5, peak: 100, seed: 1 },
    })
  })

  it('are in the help', () => {
    assert.equal(readAutoscalingOptions(['--help']), 'help')
    for (const name of [
      'kubeconfig',
      'deploy',
      'model',
      'profile',
      'base',
      'peak',
      'seed',
      'out',
      'help',
    ]) {
      assert.match(USAGE, new RegExp(`^ +--${name}\\b`, 'm'))
    }
  })

  it('make a load that rises to the peak and falls again, within the time that they say', () => {
    for (const [profile, seconds] of [
      ['full', 22 * 60],
      ['short', 2 * 60],
    ] as const) {
      const points = toPoints(profile, { base: 2, peak: 20 })
      assert.deepEqual(
        points.map(({ rate }) => rate),
        [2, 2, 20, 20, 2, 2],
      )
      assert.ok(points.every(({ at }, index) => at > (points[index - 1]?.at ?? -1)))
      assert.ok(Math.abs((points.at(-1)?.at ?? 0) - seconds) <= 10, profile)
    }
  })

  for (const [args, words] of [
    [[], /--kubeconfig is needed for both clusters/],
    [CLUSTERS.slice(2), /--kubeconfig is needed once for each/],
    [[...CLUSTERS, '--profile', 'long'], /--profile accepts full or short, not "long"/],
    [[...CLUSTERS, '--peak', '0'], /--peak accepts requests a second from 0.1 to 10000, not "0"/],
    [[...CLUSTERS, '--base', '1e2'], /--base accepts requests a second/],
    [[...CLUSTERS, '--base', '100'], /--peak has to be above --base, which is 100/],
    [[...CLUSTERS, '--seed', '4294967296'], /--seed accepts a whole number/],
    [[...CLUSTERS, '--seed', 'x'], /--seed accepts a whole number/],
    [[...CLUSTERS, '--model', 'a'], /--model sets up the twins, which only --deploy does/],
    [[...CLUSTERS, '--blocks', '3'], /--blocks/],
  ] as const) {
    it(`refuse ${args.slice(CLUSTERS.length).join(' ') || 'what is missing'}`, () => {
      assert.throws(() => readAutoscalingOptions(args), { name: 'UsageError', message: words })
    })
  }
})
