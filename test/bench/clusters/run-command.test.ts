import assert from 'node:assert/strict'
import { runCommand } from '../../../bench/clusters/run-command'

const cwd = '.'
const never = new AbortController().signal

describe('a command of --deploy', () => {
  const node = (program: string, options: object = {}) =>
    runCommand(process.execPath, ['--eval', program], { cwd, signal: never, ...options })

  it('gets its input and variables, and its output is returned and told line by line', async () => {
    const lines: string[] = []
    const program =
      'process.stdin.on("data", (text) => console.log(String(text) + process.env.WORD)); console.error("aside")'
    const options = {
      input: 'in',
      env: { WORD: 'word' },
      onLine: (line: string) => lines.push(line),
    }
    assert.equal(await node(program, options), 'inword\n')
    assert.deepEqual(lines.sort(), ['aside', 'inword'])
  })

  it('is told with what it said last when it fails', () =>
    assert.rejects(node('console.log("first"); console.error("last"); process.exit(3)'), {
      name: 'TargetError',
      message: /--eval failed \(3\): .*last/,
    }))

  it('is told when it is not there', () =>
    assert.rejects(runCommand('no-such-program', [], { cwd, signal: never }), {
      name: 'TargetError',
      message: 'no-such-program is not here, which --deploy needs',
    }))

  it('is ended by an interrupt', async () => {
    const stop = new AbortController()
    const ending = node('console.log("begun"); setInterval(() => {}, 1000)', {
      signal: stop.signal,
      onLine: () => {
        stop.abort(new Error('interrupted'))
      },
    })
    await assert.rejects(ending, /interrupted/)
  })
})
