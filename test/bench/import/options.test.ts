import assert from 'node:assert/strict'
import { readImportOptions, USAGE } from '../../../bench/import/options'
import { UsageError } from '../../../bench/usage-error'
import { runHarness } from '../../helpers/harness-process'

const COMPLETE = ['--from', 'k6', '--photos', 'photos', '--out', 'run', '--trial', 'a=1.json']

describe('options of import', () => {
  it('name files by their targets, in their order', () => {
    assert.deepEqual(
      readImportOptions([...COMPLETE, '--trial', 'a again=x=2.json', '--format', 'json']),
      {
        ...{ from: 'k6', photos: 'photos', out: 'run', formats: ['json'] },
        trials: [
          { target: 'a', file: '1.json' },
          { target: 'a again', file: 'x=2.json' },
        ],
      },
    )
  })

  for (const [args, message] of [
    [[], /^--from accepts locust, k6, not ""$/],
    [['--from', 'jmeter'], /^--from accepts locust, k6, not "jmeter"$/],
    [['--from', 'k6'], /^--photos is needed/],
    [['--from', 'k6', '--photos', 'photos'], /^--out is needed/],
    [COMPLETE.slice(0, -2), /^--trial NAME=FILE is needed/],
    [[...COMPLETE, '--trial', '2.json'], /^--trial accepts NAME=FILE such as .*, not "2.json"$/],
    [[...COMPLETE, '--trial', 'b=1.json'], /^--trial: 1.json is given twice/],
    [[...COMPLETE, '--format', 'pdf'], /^--format accepts .*, not "pdf"$/],
    [[...COMPLETE, '--workload', 'x'], /--workload/],
  ] as const) {
    it(`refuse ${args.join(' ') || 'none'}`, () => {
      assert.throws(
        () => readImportOptions(args),
        (error) => error instanceof UsageError && message.test(error.message),
      )
    })
  }

  it('are told by --help', async () => {
    const { exitCode, stdout } = await runHarness('import', ['--help'])
    assert.deepEqual([exitCode, stdout], [0, USAGE])
    assert.ok(USAGE.split('\n').every(({ length }) => length <= 110))
  })
})
