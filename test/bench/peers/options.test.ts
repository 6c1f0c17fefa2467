import assert from 'node:assert/strict'
import { readPeersOptions, USAGE } from '../../../bench/peers/options'

describe('the options of bench:peers', () => {
  it('have defaults', () => {
    const options = readPeersOptions([])
    assert.ok(options !== 'help')
    const { out, peers, ...rest } = options
    assert.match(out, /^runs\/.*-peers$/)
    assert.deepEqual(peers, [
      ...['photo-twin', 'fastapi', 'flask', 'bentoml', 'litserve', 'mlserver', 'ray-serve'],
      ...['tensorflow', 'first-written'],
    ])
    assert.deepEqual(rest, {
      ...{ workers: [1, 2], model: 'photo-net', folder: undefined, size: undefined },
      ...{ concurrency: [1, 5, 10, 20], blocks: 10, requests: 200, seed: 1 },
    })
  })

  it('take what they are given, and always measure ours', () => {
    const options = readPeersOptions([
      ...['--peers', 'flask', '--workers', '2', '--size', '12mp', '--photos', 'some'],
      ...['--concurrency', '3', '--blocks', '2', '--requests', '10', '--model', 'paper-cnn'],
    ])
    assert.ok(options !== 'help')
    assert.deepEqual(options.peers, ['photo-twin', 'flask'])
    assert.deepEqual([options.workers, options.size, options.folder], [[2], '12mp', 'some'])
    assert.deepEqual([options.concurrency, options.blocks, options.requests], [[3], 2, 10])
    assert.equal(options.model, 'paper-cnn')
  })

  it('are in the help', () => {
    assert.equal(readPeersOptions(['--help']), 'help')
    const names = ['peers', 'workers', 'model', 'photos', 'size', 'concurrency', 'blocks']
    for (const name of [...names, 'requests', 'seed', 'out', 'help']) {
      assert.match(USAGE, new RegExp(`^ +--${name}\\b`, 'm'))
    }
  })

  for (const [args, words] of [
    [['--peers', 'django'], /--peers django: there are fastapi, flask/],
    [['--workers', '3'], /--workers accepts a whole number from 1 to 2, not "3"/],
    [['--size', 'huge'], /--size huge: it is one of 400x300, 1600x1200, 12mp/],
    [['--model', '../secret'], /--model \.\.\/secret: it is a folder's name/],
    [['--blocks', '1'], /--blocks accepts a whole number from 2 to 1000/],
    [['--concurrency', '1,0'], /--concurrency accepts a whole number from 1 to 1000, not "0"/],
    [['--kubeconfig', 'a=b'], /--kubeconfig/],
  ] as const) {
    it(`refuse ${args.join(' ')}`, () => {
      assert.throws(() => readPeersOptions(args), { name: 'UsageError', message: words })
    })
  }
})
