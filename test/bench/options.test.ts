import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { readOptions } from '../../bench/options'
import type { Options } from '../../bench/options'
import { PROFILES } from '../../bench/profiles'
import { USAGE } from '../../bench/usage'

const TWO = ['--target', 'one=http://127.0.0.1:1', '--target', 'two=http://127.0.0.1:2']

/** See trigger-options.test.ts. */
const BROKERS = { triggers: '', kafka: '', amqp: '' }

/** Any files will do. */
const CLUSTERS = [
  ...['--kubeconfig', 'kubeless=package.json'],
  ...['--kubeconfig', 'kubernetes=tsconfig.json'],
]

function read(...args: readonly string[]): Options {
  const options = readOptions(args)
  assert.ok(options !== 'help')
  return options
}

describe('the options of compare', () => {
  it('are all in the help', () => {
    const names = Object.keys({ ...OF_EACH, fresh: '', strict: '', ...BROKERS, help: '' })
    assert.equal(readOptions(['--help']), 'help')
    for (const name of names) assert.match(USAGE, new RegExp(`^ +--${name}\\b`, 'm'))
    assert.deepEqual(
      [...USAGE.matchAll(/^ +--(\w+)/gm)].map(([, name]) => name).sort(),
      names.sort(),
    )
    assert.ok(USAGE.split('\n').every(({ length }) => length <= 110))
  })

  for (const [name, profile] of Object.entries(PROFILES)) {
    const { concurrency, blocks, requests, groupRepetitions, sequenceRequests } = profile
    it(`have defaults of the profile ${name}`, () => {
      assert.deepEqual(read('--profile', name), {
        profile: name,
        concurrency,
        blocks,
        trialSize: { requests, perConnection: 8 },
        groupRepetitions,
        sequenceRequests,
        openLoop: undefined,
        fresh: false,
        strict: false,
        seed: 1,
        photos: undefined,
        size: undefined,
        model: 'photo-net',
        engine: 'auto',
        decoder: 'auto',
        targets: undefined,
        triggers: undefined,
        kubeconfigs: undefined,
        deploy: false,
        out: undefined,
        formats: ['json', 'markdown', 'html'],
      })
    })
  }

  it('say in the help what the profiles are', () => {
    const { quick, paper, full } = PROFILES
    assert.match(USAGE, new RegExp(`quick \\(${quick.blocks} blocks of ${quick.requests} requests`))
    assert.match(USAGE, new RegExp(`paper \\(${paper.blocks} of ${paper.requests}`))
    assert.match(USAGE, new RegExp(`full \\(${full.blocks} of ${full.requests}\\)`))
    assert.match(USAGE, new RegExp(`\\(${quick.concurrency.join()}\\)`))
    const ofTheOpenLoop = [quick, paper, full].map(({ openLoopBlocks }) => openLoopBlocks)
    assert.deepEqual(
      /quick (\d+), paper (\d+), full (\d+)/.exec(USAGE)?.slice(1).map(Number),
      ofTheOpenLoop,
    )
    assert.deepEqual(read().profile, 'quick')
  })

  it('are read together', () => {
    assert.deepEqual(
      read(
        ...['--profile', 'full', '--concurrency', '10, 1', '--blocks', '3', '--duration', '1.5'],
        ...['--seed', '0', '--photos', './photos', '--size', '12mp', '--out', 'a folder'],
        ...['--format', 'html,json', ...TWO],
      ),
      {
        profile: 'full',
        concurrency: [1, 10],
        blocks: 3,
        trialSize: { duration: 1500 },
        groupRepetitions: 5,
        sequenceRequests: 10,
        openLoop: undefined,
        fresh: false,
        strict: false,
        seed: 0,
        photos: './photos',
        size: '12mp',
        model: 'photo-net',
        engine: 'auto',
        decoder: 'auto',
        targets: [
          { name: 'one', baseUrl: 'http://127.0.0.1:1' },
          { name: 'two', baseUrl: 'http://127.0.0.1:2' },
        ],
        triggers: undefined,
        kubeconfigs: undefined,
        deploy: false,
        out: 'a folder',
        formats: ['json', 'html'],
      },
    )
  })

  it('set the twins up', () => {
    const { model, engine, decoder } = read(
      ...['--model', 'other-net.2', '--engine', 'wasm', '--decoder', 'jimp'],
    )
    assert.deepEqual([model, engine, decoder], ['other-net.2', 'wasm', 'jimp'])
  })

  it('ask for the open loop in place of the closed one', () => {
    const open = read('--workload', 'poisson:40,2.5', '--profile', 'full', '--fresh')
    assert.deepEqual(open.openLoop, { rates: [2.5, 40], duration: 10_000 })
    assert.deepEqual([open.concurrency, open.groupRepetitions, open.sequenceRequests], [[], 0, 0])
    assert.deepEqual([open.blocks, open.fresh], [PROFILES.full.openLoopBlocks, true])
    assert.equal(read('--workload=poisson:1', '--duration', '2').openLoop?.duration, 2000)
    assert.equal(read('--workload', 'closed-loop').openLoop, undefined)
    assert.deepEqual(read('--workload', 'constant:20,5').openLoop, {
      ...{ rates: [5, 20], arrivals: 'constant', duration: 10_000 },
    })
  })

  it('ask for a sweep, and for an objective', () => {
    assert.deepEqual(read('--workload', 'sweep').openLoop, {
      ...{ rates: [], duration: 10_000, sweep: true },
      objective: { share: 0.99, within: 250 },
    })
    const open = read('--workload', 'poisson:5', '--objective', 'p99.9:12.5').openLoop
    assert.deepEqual(open?.objective, { share: 0.999, within: 12.5 })
    assert.equal(read('--workload', 'poisson:5').openLoop?.objective, undefined)
    assert.throws(() => readOptions(['--objective', 'p99:250']), /--objective is of the open loop/)
    for (const wrong of ['', 'p99', 'p0:5', 'p100:5', '99:250', 'p99:0', 'p99:x']) {
      assert.throws(() => readOptions(['--workload', 'sweep', `--objective=${wrong}`]), {
        name: 'UsageError',
        message: `--objective accepts a quantile and ms such as p99:250, not "${wrong}"`,
      })
    }
  })

  it('are strict where that is asked for', () => {
    assert.equal(read('--strict').strict, true)
  })

  for (const [args, words] of [
    [['--workload', 'poisson:5', '--concurrency', '5'], /--concurrency is of the closed loop/],
    [['--workload', 'poisson:5', '--requests', '50'], /--requests is of the closed loop/],
    [['--fresh', ...TWO], /--fresh starts targets anew/],
  ] as const) {
    it(`exclude each other: ${args.slice(0, 3).join(' ')}`, () => {
      assert.throws(() => readOptions(args), { name: 'UsageError', message: words })
    })
  }

  it('may have an equals sign', () => {
    assert.equal(read('--blocks=7').blocks, 7)
    const url = 'https://example.test/a=b'
    assert.equal(read(`--target=my one=${url}`, TWO[2]!, TWO[3]!).targets?.[0].baseUrl, url)
  })

  it('give trials as many requests as each connection needs, or as are asked for', () => {
    const ofTheProfile = { requests: PROFILES.quick.requests, perConnection: 8 }
    assert.deepEqual(read('--concurrency', '900').trialSize, ofTheProfile)
    assert.deepEqual(read('--requests', '40').trialSize, { requests: 40 })
    assert.deepEqual(read('--concurrency', '5', '--requests', '5').trialSize, { requests: 5 })
  })

  it('reach to their bounds', () => {
    assert.equal(read('--blocks', '2').blocks, 2)
    assert.equal(read('--blocks', '1000').blocks, 1000)
    assert.equal(read('--seed', '4294967295').seed, 2 ** 32 - 1)
    assert.deepEqual(read('--concurrency', '1000,1').concurrency, [1, 1000])
    assert.deepEqual(read('--requests', '1000000').trialSize, { requests: 1e6 })
    assert.deepEqual(read('--duration', '0.1').trialSize, { duration: 100 })
    assert.deepEqual(read('--duration', '600').trialSize, { duration: 600_000 })
  })

  const NO_NUMBERS = ['', ' ', 'x', '-1', '1.5', '1e3', '0x10', 'NaN', 'Infinity', '１']
  const OF_EACH: Readonly<Record<string, readonly string[]>> = {
    profile: ['', 'Quick', 'quick,full', 'toString'],
    workload: [
      '',
      'open',
      'poisson',
      'poisson:',
      'poisson:0',
      'poisson:5,5',
      'poisson:1,x',
      'poisson:10001',
      'constant:',
      'constant:0',
      'uniform:5',
    ],
    objective: ['p99:250'],
    concurrency: [...NO_NUMBERS, '0', '1001', '1,', ',1', '1,1', '1;5', '1 5', '01,1'],
    blocks: [...NO_NUMBERS, '0', '1', '1001'],
    requests: [...NO_NUMBERS, '0', '19', '1000001'],
    duration: ['', ' ', 'x', '-1', '1s', '1e1', '.5', '0', '0.09', '600.1', 'Infinity'],
    seed: [...NO_NUMBERS, '4294967296'],
    photos: [''],
    size: ['', '400', '400X300', '12MP', '800x600'],
    model: ['', '.', '..', '../secret', 'a/b', 'Photo-Net', '-x'],
    engine: ['', 'cpu', 'ONNX'],
    decoder: ['', 'libjpeg'],
    target: [
      '',
      'one',
      'http://127.0.0.1:1',
      'one=',
      'one=127.0.0.1:1',
      'one=ftp://127.0.0.1',
      'one=file:///etc/passwd',
      'one=http://',
      '=http://127.0.0.1:1',
      ' one=http://127.0.0.1:1',
      'one/two=http://127.0.0.1:1',
      'öne=http://127.0.0.1:1',
      `${'x'.repeat(41)}=http://127.0.0.1:1`,
      'one=http://me:secret@127.0.0.1:1',
      'one=http://127.0.0.1:1/?query=1',
      'one=http://127.0.0.1:1/#part',
    ],
    kubeconfig: [
      ...['', 'kubeless', 'kubeless=', '=package.json', 'other=package.json'],
      ...['kubeless=nowhere', 'kubeless=package.json'],
    ],
    deploy: ['', 'yes'],
    out: [''],
    format: ['', 'pdf', 'json,', 'json;html', 'JSON'],
  }

  it('name the kubeconfigs of both clusters, and what is deployed onto them', () => {
    const { kubeconfigs, deploy } = read(...CLUSTERS)
    assert.deepEqual(kubeconfigs, {
      kubeless: resolve('package.json'),
      kubernetes: resolve('tsconfig.json'),
    })
    assert.equal(deploy, false)
    const { deploy: isDeployed, model } = read(...CLUSTERS, '--deploy', '--model', 'paper-cnn')
    assert.deepEqual([isDeployed, model], [true, 'paper-cnn'])
  })

  describe('are refused, with the name of the option', () => {
    const refuse = (name: string, args: readonly string[]): Error => {
      let refused: unknown
      assert.throws(
        () => readOptions(args),
        (error) => {
          refused = error
          return true
        },
        `--${name} was accepted`,
      )
      assert.ok(refused instanceof Error)
      assert.equal(refused.name, 'UsageError')
      assert.ok(refused.message.includes(`--${name}`), refused.message)
      assert.doesNotMatch(refused.message, /secret@|undefined|NaN, not/)
      return refused
    }

    for (const [name, values] of Object.entries(OF_EACH)) {
      it(`--${name}`, () => {
        for (const value of values) refuse(name, [`--${name}=${value}`])
        // Without any.
        refuse(name, [`--${name}`])
      })
    }

    it('where they are too much or too few together', () => {
      refuse('requests', ['--requests', '100', '--duration', '1'])
      refuse('requests', ['--concurrency', '1,50', '--requests', '49'])
      refuse('target', TWO.slice(0, 2))
      refuse('target', [...TWO, '--target', 'three=http://127.0.0.1:3'])
      refuse('target', [...TWO.slice(0, 2), ...TWO.slice(0, 2)])
      // What the second one's double is called.
      refuse('target', ['--target', 'two again=http://127.0.0.1:1', ...TWO.slice(2)])
      for (const [name, value] of [
        ['model', 'photo-net'],
        ['engine', 'auto'],
        ['decoder', 'auto'],
      ] as const) {
        refuse(name, [...TWO, `--${name}`, value])
        refuse(name, [...CLUSTERS, `--${name}`, value])
      }
      refuse('kubeconfig', [...CLUSTERS, ...TWO])
      refuse('kubeconfig', [...CLUSTERS, ...CLUSTERS.slice(2)])
      refuse('kubeconfig', [...CLUSTERS.slice(2), ...CLUSTERS.slice(2)])
    })

    it('where there is no such option', () => {
      refuse('block', ['--block', '5'])
      refuse('verbose', ['--verbose'])
      assert.throws(() => readOptions(['-x']), { name: 'UsageError', message: /-x/ })
      assert.throws(() => readOptions(['quick']), { name: 'UsageError', message: /quick/ })
      assert.throws(() => readOptions(['--help=yes']), { name: 'UsageError', message: /--help/ })
    })
  })
})
