import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'

const ROOT = resolve(__dirname, '../..')

/** Says what becomes of work that waits for its signal, or of work that does not heed it. */
const PROGRAM = `
const { interruptible } = require('./model-training/interruptible')
const heed = process.argv[1] === 'heed'
const alive = setInterval(() => {}, 1000)
interruptible((signal) => new Promise((resolve, reject) => {
  signal.addEventListener('abort', () => heed ? reject(signal.reason) : resolve('done'))
  process.stdout.write('ready\\n')
})).then(
  (value) => process.stdout.write(value),
  (error) => process.stdout.write(error.name + ' ' + error.signal + ' ' + process.listenerCount('SIGINT')),
).finally(() => clearInterval(alive))
`

async function run(kind: 'heed' | 'ignore', signal: NodeJS.Signals): Promise<string> {
  const args = ['--require', 'ts-node/register', '-e', PROGRAM, kind]
  const env = { ...process.env, TS_NODE_PROJECT: join(ROOT, 'tsconfig.json') }
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text === 'ready\n') child.kill(signal)
  })
  await once(child, 'close')
  return text.slice('ready\n'.length)
}

describe('interruptible', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends work on ${signal} with an error that names it, and lets go of the signal`, async () => {
      assert.equal(await run('heed', signal), `InterruptedError ${signal} 0`)
    })
  }

  it('does not go on where the work has not heeded the signal', async () => {
    assert.equal(await run('ignore', 'SIGINT'), 'InterruptedError SIGINT 0')
  })
})
