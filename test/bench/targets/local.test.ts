import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadPhotos } from '../../../bench/photos/photos'
import { readHierarchies } from '../../../bench/targets/cgroup-hierarchies'
import { IMAGE_ENV } from '../../../bench/targets/image-env'
import { startLocal } from '../../../bench/targets/local'
import type { Target } from '../../../bench/targets/target'
import { TargetError } from '../../../bench/targets/target'
import { TWINS } from '../../../bench/twins'
import { skipUnless } from '../../helpers/optional'
import { createPrograms, LIMITS, readyThen } from './programs'
import { isAlive, until } from './until'

const ROOT = join(__dirname, '..', '..', '..')
const [CONTAINER] = TWINS as [(typeof TWINS)[0]]
const never = new AbortController().signal
const onLinux = process.platform === 'linux' ? undefined : 'there is no /proc here'

describe('a local target', () => {
  const programs = createPrograms()
  after(() => programs.remove())

  for (const twin of TWINS) {
    describe(`that is the ${twin.name}`, () => {
      let target: Target
      before(async () => {
        target = await startLocal({ ...twin, root: ROOT, limits: LIMITS, signal: never })
      })
      after(() => target.stop())

      it('says what it answers photos with, at its first answer at the latest', async () => {
        const [photo] = (await loadPhotos({ seed: 1, count: 1 })).photos
        const answer = await fetch(`${target.baseUrl}/classify`, {
          method: 'POST',
          body: photo!.bytes,
          headers: { 'content-type': photo!.contentType },
        })
        assert.equal(answer.status, 200)
        await until('it tells its engine', () => target.facts.engine !== null)
        const { facts } = target
        assert.equal(facts.model?.name, 'photo-net')
        assert.match(facts.model.sha256, /^[0-9a-f]{64}$/)
        assert.match(facts.engine ?? '', /^\w+ \d/)
        assert.match(facts.decoder ?? '', /^\w+ \d/)
        assert.ok((facts.workers ?? 0) >= 1)
        assert.ok((facts.startToReadyMs ?? 0) > 0)
        assert.equal(facts.node, process.version)
        assert.equal(facts.logLevel, 'info')
        assert.equal(facts.limits?.cpus.value, 2)
        assert.equal(facts.limits.memoryBytes.value, 2 ** 31)
      })

      it('answers photos, and the CPU seconds of both sources grow by about the same', async () => {
        const { photos } = await loadPhotos({ seed: 1, count: 3 })
        const before = [await target.readCpuSeconds(), await target.readWitnessCpuSeconds()]
        for (let round = 0; round < 20; round++) {
          for (const { bytes, contentType } of photos) {
            const headers = { 'content-type': contentType }
            const answer = await fetch(`${target.baseUrl}/classify`, {
              method: 'POST',
              body: bytes,
              headers,
            })
            assert.equal(answer.status, 200)
            await answer.arrayBuffer()
          }
        }
        const after = [await target.readCpuSeconds(), await target.readWitnessCpuSeconds()]
        const [used, witnessed] = after.map((value, at) => (value ?? 0) - (before[at] ?? 0))
        assert.ok(used !== undefined && used > 0.05, `${String(used)} s`)
        if (target.facts.cpuWitness === null) return
        // Each may see the other's reading, and a tick is 10 ms.
        assert.ok(
          Math.abs((witnessed ?? 0) - used) < 0.03 + used / 10,
          `${String(witnessed)} ${used}`,
        )
      })

      it('tells its peak memory', async () => {
        await target.resetPeakMemory()
        const peak = await target.readPeakMemoryBytes()
        assert.ok(peak !== null && peak > 50e6 && peak < 2e9, String(peak))
      })
    })
  }

  it('gets nothing of the settings that the harness has', async () => {
    const settings = { ENGINE: 'wasm', PORT: '1', WORKERS: '1', NODE_OPTIONS: '--trace-exit' }
    const own = { ...process.env }
    Object.assign(process.env, settings)
    try {
      const target = await programs.start(
        readyThen('', '{ engine: JSON.stringify(process.env) }'),
        { env: { MODEL: 'photo-net', TAG: 'given' } },
      )
      const env = JSON.parse(target.facts.engine ?? '') as NodeJS.ProcessEnv
      const { PATH, LD_LIBRARY_PATH, PWD, OLDPWD, SHLVL, _, ...others } = env
      // Node hands this one to every child itself when the tests' coverage is taken.
      const { NODE_V8_COVERAGE, ...rest } = others
      assert.equal(NODE_V8_COVERAGE, own['NODE_V8_COVERAGE'])
      assert.equal(PATH, own['PATH'])
      assert.equal(LD_LIBRARY_PATH, own['LD_LIBRARY_PATH'])
      // What a shell sets by itself.
      assert.ok([PWD, OLDPWD, SHLVL, _].every((value) => value === undefined || value.length < 200))
      assert.deepEqual(rest, {
        PORT: '0',
        FUNC_PORT: '0',
        LOG_LEVEL: 'info',
        MODEL: 'photo-net',
        TAG: 'given',
        TF_CPP_MIN_LOG_LEVEL: '2',
        ...IMAGE_ENV,
      })
    } finally {
      for (const name of Object.keys(settings)) Reflect.deleteProperty(process.env, name)
      Object.assign(process.env, own)
    }
  })

  it('is no part of the group that a Ctrl-C goes to', async function () {
    skipUnless(this, onLinux)
    const target = await programs.start(readyThen('', '{ workers: process.pid }'))
    const pid = target.facts.workers
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    assert.equal(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]), pid)
  })
})

describe('a start that fails', () => {
  const programs = createPrograms()
  after(() => programs.remove())

  const reject = async (starting: Promise<Target>): Promise<TargetError> => {
    const error = await starting.then(
      () => assert.fail('it started'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof TargetError, String(error))
    return error
  }

  it('says the exit code and what the program wrote, without the folders of this machine', async () => {
    const error = await reject(
      programs.start('console.error(`cannot read ${__filename}`); process.exitCode = 3'),
    )
    assert.match(error.message, /^script ended with exit code 3; it wrote: cannot read program-/)
    assert.doesNotMatch(error.message, new RegExp(`${programs.root}|${tmpdir()}`))
    assert.match(error.message, /Run it alone to see more: node program-/)
  })

  it('says which signal ended the program', async () => {
    const error = await reject(programs.start("process.kill(process.pid, 'SIGKILL')"))
    assert.match(error.message, /^script was ended by SIGKILL/)
  })

  it('says what a twin says of a wrong setting', async () => {
    const error = await reject(
      startLocal({
        ...CONTAINER,
        root: ROOT,
        limits: LIMITS,
        signal: never,
        env: { WORKERS: 'x' },
      }),
    )
    assert.match(error.message, /container ended with exit code 64; it wrote: WORKERS/)
  })

  it('says that a port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      const env = { PORT: String(port) }
      const error = await reject(
        startLocal({ ...CONTAINER, root: ROOT, limits: LIMITS, signal: never, env }),
      )
      assert.match(error.message, new RegExp(`port ${port} of 127.0.0.1 is taken`))
    } finally {
      server.close()
    }
  })

  it('says what to do if the program was not built', async () => {
    const error = await reject(programs.start('', { file: 'dist/nothing.js' }))
    assert.equal(error.message, 'script: dist/nothing.js is missing: run npm run build')
  })

  it('ends a program that is not ready in time, even if it ignores SIGTERM', async () => {
    const before = countGroups()
    const source = `
      process.on('SIGTERM', () => undefined)
      console.error(\`pid:\${process.pid}\`)
      setInterval(() => undefined, 1000)`
    const error = await reject(programs.start(source, { readyLimitMs: 1000 }))
    assert.match(error.message, /^script was not ready after 1000 ms; it wrote: pid:\d+$/)
    const pid = Number(/pid:(\d+)/.exec(error.message)?.[1])
    assert.ok(!isAlive(pid))
    assert.equal(countGroups(), before)
  })

  it('rejects with the reason of the signal that ends it, and leaves nothing behind', async () => {
    const before = countGroups()
    const ending = new AbortController()
    const reason = new Error('enough')
    const mark = join(programs.root, 'begun')
    const starting = programs.start(
      `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')
       setInterval(() => undefined, 1000)`,
      { signal: ending.signal },
    )
    await until('the program has begun', () => existsSync(mark))
    ending.abort(reason)
    await assert.rejects(starting, (error) => error === reason)
    assert.equal(countGroups(), before)
  })

  it('does not begin once the signal has been given', async () => {
    await assert.rejects(programs.start('', { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    })
  })
})

describe('the end of a local target', () => {
  const programs = createPrograms()
  after(() => programs.remove())

  it('is told with the signal and what it complained of last', async () => {
    const target = await programs.start(
      readyThen(`
        for (let i = 0; i < 5000; i++) say({ msg: 'answered' })
        say({ level: 'error', msg: 'cannot go on', err: { message: 'no more ' + __filename } })
        for (let i = 0; i < 5000; i++) say({ msg: 'answered' })
        process.stdout.write('', () => process.kill(process.pid, 'SIGABRT'))`),
    )
    const reason = await target.ended
    assert.match(
      reason,
      /^script was ended by SIGABRT; it wrote: cannot go on: no more program-\d\.js$/,
    )
  })

  it('is told with the exit code', async () => {
    const target = await programs.start(readyThen('setImmediate(() => process.exit(7))'))
    assert.equal(await target.ended, 'script ended with exit code 7')
    await target.stop()
  })

  it('is not told when it was asked for; asking twice is the same end', async () => {
    const target = await programs.start(readyThen('', '{ workers: process.pid }'))
    const first = target.stop()
    assert.equal(target.stop(), first)
    await first
    assert.ok(!isAlive(target.facts.workers ?? 0))
    const pending = Symbol('pending')
    assert.equal(await Promise.race([target.ended, Promise.resolve(pending)]), pending)
    assert.equal(await target.readCpuSeconds(), null)
    assert.equal(await target.readWitnessCpuSeconds(), null)
    assert.equal(await target.readPeakMemoryBytes(), null)
  })

  it('comes by SIGKILL if SIGTERM does not do', async () => {
    const target = await programs.start(
      readyThen("process.on('SIGTERM', () => undefined)", '{ workers: process.pid }'),
      { stopLimitMs: 200 },
    )
    await target.stop()
    assert.ok(!isAlive(target.facts.workers ?? 0))
  })

  it('is that of the programs it started, too', async () => {
    const target = await programs.start(`
      const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'])
      ${readyThen('', '{ workers: child.pid }')}`)
    assert.ok(isAlive(target.facts.workers ?? 0))
    await target.stop()
    await until('its child is gone', () => !isAlive(target.facts.workers ?? 0))
  })

  /** A harness of its own that starts a program and then does something. */
  const harness = (then: string): string => `
    const { startLocal } = require(${JSON.stringify(join(ROOT, 'bench/targets/local'))})
    const { writeFileSync } = require('node:fs')
    writeFileSync(${JSON.stringify(join(programs.root, 'twin.js'))}, ${JSON.stringify(
      readyThen("process.on('SIGTERM', () => undefined)", '{ workers: process.pid }'),
    )})
    startLocal({
      name: 'twin', title: '', file: 'twin.js', root: ${JSON.stringify(programs.root)}, env: {},
      limits: ${JSON.stringify(LIMITS)}, signal: new AbortController().signal,
    }).then((target) => {
      process.stdout.write([target.facts.workers, process.pid].join(), () => { ${then} })
    })`
  const ARGS = ['--require', 'ts-node/register', '-e']

  it('comes with an exit of the harness', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...ARGS, harness('process.exit()')],
      { cwd: ROOT },
    )
    const [program = 0, own] = stdout.split(',').map(Number)
    await until('the program is gone', () => !isAlive(program))
    assert.equal(countGroups(own), 0)
  })

  it('comes with a SIGKILL of the harness', async function () {
    const hasLeash = await promisify(execFile)('setpriv', ['--pdeathsig', 'KILL', 'true']).then(
      () => undefined,
      () => 'there is no setpriv that knows --pdeathsig',
    )
    skipUnless(this, hasLeash)
    const child = spawn(process.execPath, [...ARGS, harness('')], { cwd: ROOT, stdio: 'pipe' })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const [program = 0, own] = line.toString().split(',').map(Number)
    assert.ok(isAlive(program))
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
    await until('the program is gone', () => !isAlive(program))
    await until('the next starts have removed its cgroups', async () => {
      const target = await programs.start(readyThen(''))
      await target.stop()
      return countGroups(own) === 0
    })
  })
})

/** Cgroups that a harness has made. */
function countGroups(pid = process.pid): number {
  return readHierarchies().flatMap(({ own }) =>
    readdirSync(own).filter((name) => name.startsWith(`photo-twin-${pid}-`)),
  ).length
}
