import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { readColdStartOptions, USAGE } from '../../../bench/cold-start/options'

const CLUSTERS = [
  ...['--kubeconfig', 'kubeless=package.json'],
  ...['--kubeconfig', 'kubernetes=tsconfig.json'],
]

describe('the options of cold-start', () => {
  it('have defaults', () => {
    const options = readColdStartOptions(CLUSTERS)
    assert.ok(options !== 'help')
    const { out, ...rest } = options
    assert.match(out, /^runs\/.*-cold-start$/)
    assert.deepEqual(rest, {
      kubeconfigs: { kubeless: resolve('package.json'), kubernetes: resolve('tsconfig.json') },
      ...{ deploy: false, model: 'photo-net', samples: 24, seed: 1, strict: false },
    })
  })

  it('make a run strict', () => {
    const options = readColdStartOptions([...CLUSTERS, '--strict'])
    assert.ok(options !== 'help' && options.strict)
  })

  it('are in the help', () => {
    assert.equal(readColdStartOptions(['--help']), 'help')
    for (const name of [
      'kubeconfig',
      'deploy',
      'model',
      'samples',
      'strict',
      'seed',
      'out',
      'help',
    ]) {
      assert.match(USAGE, new RegExp(`^ +--${name}\\b`, 'm'))
    }
  })

  for (const [args, words] of [
    [[], /--kubeconfig is needed for both clusters/],
    [CLUSTERS.slice(2), /--kubeconfig is needed once for each/],
    [[...CLUSTERS, '--samples', '1'], /--samples accepts a whole number from 2 to 1000, not "1"/],
    [[...CLUSTERS, '--seed', 'x'], /--seed accepts a whole number/],
    [[...CLUSTERS, '--model', 'a'], /--model sets up the twins, which only --deploy does/],
    [[...CLUSTERS, '--blocks', '3'], /--blocks/],
  ] as const) {
    it(`refuse ${args.slice(CLUSTERS.length).join(' ') || 'what is missing'}`, () => {
      assert.throws(() => readColdStartOptions(args), { name: 'UsageError', message: words })
    })
  }
})
