import assert from 'node:assert/strict'
import { readOptions } from '../../../model-training/export/options'

describe('readOptions of npm run export', () => {
  it('has defaults', () => {
    assert.deepEqual(readOptions(['--out', 'o']), {
      ...{ model: 'photo-net', out: 'o', name: undefined, int8: false, data: undefined },
      weightBits: 7,
      ...{ photos: 200, seed: 1, replace: false },
    })
  })

  it('reads every option', () => {
    const args = ['--model', 'm', '--out', 'o', '--name', 'n', '--int8', '--data', 'd']
    assert.deepEqual(
      readOptions([...args, '--photos', '5', '--weight-bits', '8', '--seed', '0', '--replace']),
      {
        ...{ model: 'm', out: 'o', name: 'n', int8: true, data: 'd' },
        weightBits: 8,
        ...{ photos: 5, seed: 0, replace: true },
      },
    )
  })

  it('asks for nothing else with --help', () => {
    assert.equal(readOptions(['--help']), 'help')
  })

  for (const [args, message] of [
    [[], /--out is missing/],
    [['--out', ''], /--out accepts a folder/],
    [['--out', 'o', '--model', ''], /--model accepts/],
    [['--out', 'o', '--data', ''], /--data accepts a folder/],
    [['--out', 'o', '--int8'], /--int8 needs --data/],
    [['--out', 'o', '--name', 'A b'], /--name accepts small letters.*"A b"/],
    [['--out', 'o', '--photos', '0'], /--photos accepts a whole number from 1 to 100000, not "0"/],
    [['--out', 'o', '--photos', '1e2'], /--photos accepts/],
    [['--out', 'o', '--seed', '2000001'], /--seed accepts a whole number from 0 to 2000000/],
    [['--out', 'o', '--weight-bits', '8'], /--weight-bits is for --int8/],
    [
      ['--out', 'o', '--int8', '--data', 'd', '--weight-bits', '9'],
      /--weight-bits accepts 7 or 8, not "9"/,
    ],
    [['--out', 'o', '--fp16'], /--fp16/],
    [['--out', 'o', 'photo-net'], /photo-net/],
  ] as const) {
    it(`refuses ${args.join(' ') || 'nothing'}`, () => {
      assert.throws(() => readOptions(args), { name: 'UsageError', message })
    })
  }
})
