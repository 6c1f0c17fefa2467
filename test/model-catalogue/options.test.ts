import assert from 'node:assert/strict'
import { join } from 'node:path'
import { readCommand, type AddOptions } from '../../model-catalogue/options'

function toAdd(...args: readonly string[]): AddOptions {
  const command = readCommand(['add', ...args])
  return command.command === 'add' ? command.options : assert.fail(command.command)
}

describe('readCommand', () => {
  it('has a default for everything but the source', () => {
    assert.deepEqual(toAdd('some/folder/mobilenet'), {
      source: 'some/folder/mobilenet',
      name: 'mobilenet',
      labels: undefined,
      licence: 'NOASSERTION',
      scale: 1 / 127.5,
      offset: -1,
      channelOrder: undefined,
      layout: undefined,
      size: undefined,
      output: 'probabilities',
      onnxOutput: undefined,
      engine: 'auto',
      replace: false,
      models: join('inference', 'models'),
    })
  })

  it('reads everything', () => {
    const options = toAdd(
      ...['x.onnx', '--name', 'my-net', '--labels', 'l.txt', '--licence', 'MIT OR Apache-2.0'],
      ...['--scale', '1,2,0.5', '--offset', '-1,-2.5,3', '--bgr', '--layout', 'nchw'],
      ...['--size', '224x192', '--output', 'logits', '--onnx-output', 'probs'],
      ...['--engine', 'wasm', '--replace', '--models', 'elsewhere'],
    )
    assert.deepEqual(options, {
      source: 'x.onnx',
      name: 'my-net',
      labels: 'l.txt',
      licence: 'MIT OR Apache-2.0',
      scale: [1, 2, 0.5],
      offset: [-1, -2.5, 3],
      channelOrder: 'bgr',
      layout: 'nchw',
      size: { width: 224, height: 192 },
      output: 'logits',
      onnxOutput: 'probs',
      engine: 'wasm',
      replace: true,
      models: 'elsewhere',
    })
  })

  for (const [offset, expected] of [
    [['--offset', '-1'], -1],
    [['--offset=-1'], -1],
    [
      ['--offset', '-.5,0,-1e-3'],
      [-0.5, 0, -0.001],
    ],
  ] as const) {
    it(`reads ${offset.join(' ')}`, () => {
      assert.deepEqual(toAdd('x', ...offset).offset, expected)
    })
  }

  for (const [source, name] of [
    ['folder/My_Net/', 'my_net'],
    ['folder/net/model.json', 'net'],
    ['folder/SqueezeNet1.1.onnx', 'squeezenet1.1'],
    ['https://example.com/nets/v2/model.json?token=x', 'v2'],
    ['https://example.com/nets/v3.onnx', 'v3'],
    ['https://example.com/nets/v4', 'v4'],
  ] as const) {
    it(`calls a model of ${source} ${name}`, () => {
      assert.equal(toAdd(source).name, name)
    })
  }

  it('reads the other commands', () => {
    const models = join('inference', 'models')
    assert.deepEqual(readCommand(['list']), { command: 'list', models })
    assert.deepEqual(readCommand(['--models', 'm', 'list']), { command: 'list', models: 'm' })
    assert.deepEqual(readCommand(['show', 'one']), { command: 'show', name: 'one', models })
    for (const args of [['--help'], ['add', '-h'], ['list', '--help'], ['nothing', '--help']]) {
      assert.deepEqual(readCommand(args), { command: 'help' })
    }
  })

  for (const [args, message] of [
    [[], /a command is missing: add, list or show/],
    [['remove', 'x'], /remove is no command: add, list or show/],
    [['add'], /add needs a source/],
    [['add', ''], /add needs a source/],
    [['add', 'one', 'other'], /other is one argument too many/],
    [['list', 'one'], /one is one argument too many/],
    [['show'], /show needs a name/],
    [['show', '../one'], /a name begins with a lower case letter .*"\.\.\/one"/],
    [['list', '--replace'], /--replace is for add only/],
    [['show', 'one', '--scale', '2'], /--scale is for add only/],
    [['add', 'x', '--nmae', 'y'], /--nmae/],
    [['add', 'x', '--name'], /--name/],
    [['add', 'x', '--name', 'Net'], /a name begins with a lower case letter .*"Net"/],
    [['add', 'x', '--name', '.adding-x'], /a name begins/],
    [['add', 'a net.onnx'], /the source's name "a net" cannot be the model's: add --name NAME/],
    [['add', 'https://example.com/'], /the source's name "" cannot be/],
    [['add', 'x', '--scale', '1,2'], /--scale must be a number, or three .*"1,2"/],
    [['add', 'x', '--scale', '1,,2'], /--scale must be/],
    [['add', 'x', '--scale', 'NaN'], /--scale must be/],
    [['add', 'x', '--offset', 'Infinity'], /--offset must be/],
    [
      ['add', 'x', '--size', '224'],
      /--size must be WIDTHxHEIGHT, each from 1 to 1024, it is "224"/,
    ],
    [['add', 'x', '--size', '0x10'], /--size must be/],
    [['add', 'x', '--size', '10x1025'], /--size must be/],
    [['add', 'x', '--layout', 'chwn'], /--layout must be one of nhwc, nchw, it is "chwn"/],
    [['add', 'x', '--output', 'scores'], /--output must be one of probabilities, logits/],
    [['add', 'x', '--engine', 'torch'], /--engine must be one of auto, onnx, tensorflow, wasm/],
    [['add', 'x', '--licence', ''], /--licence must be an SPDX expression/],
    [['add', 'x', '--licence', 'see <file>'], /--licence must be an SPDX expression/],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, () => {
      assert.throws(() => readCommand(args), { name: 'UsageError', message })
    })
  }
})
