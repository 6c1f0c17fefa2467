import assert from 'node:assert/strict'
import { readOptions, UsageError } from '../../model-training/options'
import { USAGE } from '../../model-training/usage'

const refuses = (args: readonly string[], message: RegExp): void => {
  assert.throws(
    () => readOptions(args),
    (error: Error) => error instanceof UsageError && message.test(error.message),
  )
}

describe('readOptions', () => {
  it('fills in what is not said', () => {
    assert.deepEqual(readOptions(['--data', 'photos']), {
      data: 'photos',
      unlabelled: undefined,
      photosPerLabel: undefined,
      dryRun: false,
      network: 'photo-net',
      teacher: undefined,
      backbone: undefined,
      views: 8,
      leaveOneSourceOut: false,
      engine: 'auto',
      name: 'photo-net',
      out: 'inference/models/photo-net',
      epochs: 60,
      patience: 60,
      seed: 1,
      size: 128,
      tiers: ['A', 'B', 'D'],
      resume: false,
      replace: false,
      licence: undefined,
      help: false,
    })
  })

  it('writes to a folder of the model’s name unless told otherwise', () => {
    assert.equal(readOptions(['--data', 'x', '--name', 'small']).out, 'inference/models/small')
    assert.equal(readOptions(['--data', 'x', '--out', 'y']).out, 'y')
    for (const folder of ['some/mobilenet_v2', 'some/mobilenet_v2/']) {
      const { name, out } = readOptions(['--data', 'x', '--backbone', folder])
      assert.deepEqual([name, out], ['mobilenet_v2', 'inference/models/mobilenet_v2'])
    }
    const named = readOptions(['--data', 'x', '--backbone', 'some/net', '--name', 'mine'])
    assert.equal(named.name, 'mine')
  })

  it('reads what is said of the data', () => {
    const args = [
      '--data',
      'x.tar',
      '--unlabelled',
      'more',
      '--photos-per-label',
      '500',
      '--dry-run',
    ]
    const { data, unlabelled, photosPerLabel, dryRun } = readOptions(args)
    assert.deepEqual([data, unlabelled, photosPerLabel, dryRun], ['x.tar', 'more', 500, true])
  })

  it('reads what is to be learnt, and from whom', () => {
    const args = ['--data', 'x', '--network', 'paper-cnn', '--teacher', 'net', '--views', '3']
    const options = readOptions([...args, '--unlabelled', 'more', '--engine', 'wasm'])
    const { network, name, out, teacher, views, engine } = options
    assert.deepEqual([network, name, out], ['paper-cnn', 'paper-cnn', 'inference/models/paper-cnn'])
    assert.deepEqual([teacher, views, engine], ['net', 3, 'wasm'])
    assert.equal(readOptions(['--data', 'x', '--backbone', 'net']).backbone, 'net')
    assert.equal(readOptions(['--data', 'x', '--epochs', '9', '--patience', '4']).patience, 4)
    assert.equal(readOptions(['--data', 'x', '--epochs', '9']).patience, 9)
    assert.equal(readOptions(['--data', 'x']).licence, undefined)
    assert.equal(readOptions(['--data', 'x', '--licence', 'Apache-2.0']).licence, 'Apache-2.0')
    const left = readOptions(['--data', 'x', '--leave-one-source-out'])
    assert.deepEqual([left.leaveOneSourceOut, left.out], [true, 'runs/photo-net-sources'])
  })

  const wrong = [
    { args: [], message: /--data/ },
    { args: ['--data', 'x', '--epochs', 'many'], message: /--epochs .*"many"/ },
    { args: ['--data', 'x', '--epochs', '0'], message: /--epochs/ },
    { args: ['--data', 'x', '--seed', '1.5'], message: /--seed/ },
    { args: ['--data', 'x', '--size', '8'], message: /--size .*32 to 512/ },
    { args: ['--data', 'x', '--licence-tiers', 'A,C'], message: /--licence-tiers.*never trained/ },
    { args: ['--data', 'x', '--licence-tiers', ''], message: /--licence-tiers/ },
    { args: ['--data', 'x', '--licence', ''], message: /--licence .*SPDX/ },
    {
      args: ['--data', 'x', '--leave-one-source-out', '--licence', 'MIT'],
      message: /--licence would have no effect/,
    },
    { args: ['--data', 'x', '--photos-per-label', '9'], message: /--photos-per-label .*10 to/ },
    { args: ['--data', 'x', '--dry-run=yes'], message: /--dry-run/ },
    { args: ['--data', 'x', '--unlabelled'], message: /--unlabelled/ },
    { args: ['--data', 'x', '--name', '../up'], message: /--name/ },
    { args: ['--data', 'x', '--network', 'resnet'], message: /--network accepts photo-net, paper/ },
    { args: ['--data', 'x', '--engine', 'onnx'], message: /--engine accepts auto, tensorflow, wa/ },
    { args: ['--data', 'x', '--views', '65'], message: /--views .*1 to 64/ },
    { args: ['--data', 'x', '--patience', '0'], message: /--patience/ },
    {
      args: ['--data', 'x', '--teacher', 'a', '--backbone', 'b'],
      message: /--teacher and --backbone exclude each other/,
    },
    {
      args: ['--data', 'x', '--backbone', 'b', '--leave-one-source-out'],
      message: /--leave-one-source-out trains a network/,
    },
    ...[
      ...[
        ['--network', 'photo-net'],
        ['--size', '96'],
        ['--epochs', '9'],
        ['--patience', '9'],
      ],
      ...[['--unlabelled', 'y'], ['--resume']],
    ].map((idle) => ({
      args: ['--data', 'x', '--backbone', 'b', ...idle],
      message: new RegExp(`^${idle[0]!} would have no effect: --backbone`),
    })),
    { args: ['--data', 'x', '--backbone', 'b/My Net'], message: /--name accepts.*"My Net"/ },
    { args: ['--data', 'x', '--unlabelled', 'y'], message: /--unlabelled needs --teacher/ },
    { args: ['--data', 'x', '--layers', '5'], message: /--layers/ },
    { args: ['photos'], message: /photos/ },
  ]
  for (const { args, message } of wrong) {
    it(`refuses "${args.join(' ')}" and names the option`, () => {
      refuses(args, message)
    })
  }

  it('needs no data to print its usage, which names every option', () => {
    assert.equal(readOptions(['--help']).help, true)
    const data = ['data', 'dry-run', 'photos-per-label', 'unlabelled', 'licence-tiers', 'licence']
    const learning = [
      'network',
      'teacher',
      'backbone',
      'views',
      'epochs',
      'patience',
      'seed',
      'size',
    ]
    for (const option of [
      ...data,
      ...learning,
      'leave-one-source-out',
      'engine',
      'name',
      'out',
      'resume',
      'replace',
      'help',
    ]) {
      assert.match(USAGE, new RegExp(`--${option}\\b`))
    }
  })
})
