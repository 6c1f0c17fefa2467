import assert from 'node:assert/strict'
import { readOptions } from '../../web/options'
import { USAGE } from '../../web/usage'

describe('the options of npm run page', () => {
  it('have a default for everything: both twins, this machine only', () => {
    assert.deepEqual(readOptions([]), {
      port: 8090,
      host: '127.0.0.1',
      targets: [],
      report: undefined,
    })
  })

  it('take targets in their order, and a URL with or without a slash at its end', () => {
    const args = ['--target', 'a=http://127.0.0.1:1/x/', '--target', 'b-2=https://example.org']
    assert.deepEqual(readOptions([...args, '--port', '0', '--report', 'runs/one']), {
      port: 0,
      host: '127.0.0.1',
      targets: [
        { name: 'a', baseUrl: 'http://127.0.0.1:1/x' },
        { name: 'b-2', baseUrl: 'https://example.org' },
      ],
      report: 'runs/one',
    })
  })

  it('ask for nothing else with --help, and the help fits a terminal', () => {
    assert.equal(readOptions(['--help', '--port', 'x']), 'help')
    for (const line of USAGE.split('\n')) assert.ok(line.length <= 110, line)
  })

  for (const [args, words] of [
    [['--port', '65536'], /--port accepts a whole number from 0 to 65535, not "65536"/],
    [['--port', '-1'], /--port/],
    [['--port='], /--port accepts .* not ""/],
    [['--host='], /--host accepts an address/],
    [['--report='], /--report accepts the folder of a run/],
    [['--target', 'http://127.0.0.1'], /--target: a target is NAME=BASE_URL .* not "http:/],
    [['--target', 'a b=http://127.0.0.1'], /its name of letters, digits, - and _/],
    [['--target', 'a=file:///etc/passwd'], /NAME=BASE_URL/],
    [['--target', 'a=http://user:word@127.0.0.1'], /target a: a user or password/],
    [['--target', 'a=http://127.0.0.1/?x=1'], /target a: leave out of the URL/],
    [
      ['--target', 'a=http://127.0.0.1:1', '--target', 'a=http://127.0.0.1:2'],
      /two targets are called "a"/,
    ],
    [['--prot', '80'], /--prot/],
    [['page'], /page/],
  ] as const) {
    it(`refuse ${args.join(' ')}`, () => {
      assert.throws(() => readOptions(args), { name: 'UsageError', message: words })
    })
  }
})
