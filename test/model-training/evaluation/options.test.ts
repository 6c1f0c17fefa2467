import assert from 'node:assert/strict'
import { readOptions, USAGE, UsageError } from '../../../model-training/evaluation/options'

describe('options of npm run evaluate', () => {
  it('has a default for all but the data', () => {
    assert.deepEqual(readOptions(['--data', 'photos']), {
      model: 'photo-net',
      data: 'photos',
      split: undefined,
      out: undefined,
      engines: ['onnx', 'tensorflow', 'wasm'],
      decoders: ['sharp', 'turbo', 'wasm', 'jimp'],
      robustness: true,
      cpu: true,
      seed: undefined,
      thumbnails: false,
      writeCard: false,
      json: false,
    })
  })

  it('reads all of them, names in the order of their speed', () => {
    const text =
      '--data d --model m --split val --out o --engines wasm,onnx --decoders jimp --no-robustness --no-cpu --seed 7 --thumbnails --write-card --json'
    assert.deepEqual(readOptions(text.split(' ')), {
      model: 'm',
      data: 'd',
      split: 'val',
      out: 'o',
      engines: ['onnx', 'wasm'],
      decoders: ['jimp'],
      robustness: false,
      cpu: false,
      seed: 7,
      thumbnails: true,
      writeCard: true,
      json: true,
    })
  })

  it('asks for help before anything else', () => {
    assert.equal(readOptions(['--help', '--seed', 'x']), 'help')
  })

  it('names the option that makes no sense', () => {
    for (const [args, message] of [
      ['', /--data is missing/],
      ['--data=', /--data is missing/],
      ['--data d --split some', /--split accepts train, val, test, all, not "some"/],
      ['--data d --engines onnx,gpu', /--engines .*onnx, tensorflow, wasm.*"gpu"/],
      ['--data d --decoders=', /--decoders .*sharp, turbo, wasm, jimp.*""/],
      ['--data d --seed 1.5', /--seed .*"1\.5"/],
      ['--data d --seed 2000001', /--seed accepts a whole number from 0 to 2000000/],
      ['--data d --model=', /--model/],
      ['--data d --out=', /--out/],
      ['--data d --thumbnails', /--thumbnails.*--out/],
      ['--data d --fast', /--fast/],
      ['--data d more', /more/],
    ] as const) {
      const read = () => readOptions(args.split(' ').filter((arg) => arg !== ''))
      assert.throws(read, (error) => error instanceof UsageError && message.test(error.message))
    }
  })

  it('explains every option', () => {
    const { length } = USAGE.split('\n').filter((line) => line.startsWith('  --'))
    assert.equal(length, 13)
    assert.ok(USAGE.split('\n').every((line) => line.length <= 100))
  })
})
