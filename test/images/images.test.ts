import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { LABELS } from '../../inference'
import { goodPhotos } from '../fixtures/good-photos'
import type { FixturePhoto } from '../fixtures/good-photos'
import { skipUnless } from '../helpers/optional'
import { postPhoto } from '../helpers/wire'
import type { ClassificationBody } from '../helpers/wire'

const NAMES = ['container', 'kubeless', 'openfaas'] as const
type Name = (typeof NAMES)[number]
type Env = Readonly<Record<string, string>>

interface StartedContainer {
  readonly id: string
  readonly baseUrl: string
}

const HANDLER = join(__dirname, '../../dist/functions/kubeless/handler.js')
const START_LIMIT_MS = 60_000
const POLL_MS = 50
const PROBE_LIMIT_MS = 1000

/** What Kubeless sets in a function's pod; its NODE_PATH does not lead to the image's packages. */
const KUBELESS_ENV: Env = {
  MOD_NAME: 'handler',
  FUNC_HANDLER: 'classify',
  FUNC_PORT: '8080',
  FUNC_TIMEOUT: '180',
  FUNC_RUNTIME: 'nodejs24',
  FUNC_MEMORY_LIMIT: '1Gi',
  NODE_PATH: '/kubeless/node_modules',
}

/** As strict as a cluster's "restricted" pods, with the CPUs and the memory of our manifests. */
const RESTRICTIONS = [
  ...['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ...['--cpus', '2', '--memory', '1g'],
]

describe('images', function () {
  this.timeout(2 * START_LIMIT_MS)
  let references: Readonly<Record<Name, string>>
  let photo: FixturePhoto
  let functionFolder: string
  const started = new Set<string>()

  before(async function () {
    skipUnless(this, reasonToSkip(process.env['IMAGES']))
    references = toReferences(process.env['IMAGES'] ?? '')
    photo = (await goodPhotos())[0]!
    functionFolder = await mkdtemp(join(tmpdir(), 'photo-twin-function-'))
    // The image's user is another than ours.
    await chmod(functionFolder, 0o755)
    await copyFile(HANDLER, join(functionFolder, 'handler.js'))
  })

  afterEach(async () => {
    for (const id of started) {
      await docker('rm', '--force', '--volumes', id)
      started.delete(id)
    }
  })

  after(async () => {
    // Not made where all is skipped.
    if (functionFolder) await rm(functionFolder, { recursive: true })
  })

  async function start(name: Name, env: Env = {}): Promise<StartedContainer> {
    const isFunction = name === 'kubeless'
    const allEnv = { ...(isFunction ? KUBELESS_ENV : {}), ...env }
    const id = await docker(
      ...['create', ...RESTRICTIONS, '--publish', '127.0.0.1::8080'],
      ...Object.entries(allEnv).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      ...(isFunction ? ['--volume', `${functionFolder}:/kubeless:ro`] : []),
      references[name],
    )
    started.add(id)
    await docker('start', id)
    const address = (await docker('port', id, '8080/tcp')).split('\n', 1)[0]!
    const baseUrl = `http://${address}`
    await untilReady(id, baseUrl)
    return { id, baseUrl }
  }

  for (const name of NAMES) {
    describe(name, () => {
      it('answers photos as a user without rights and stops when told to', async () => {
        const { id, baseUrl } = await start(name)
        await assertClassifies(baseUrl, photo)
        await assertUnprivileged(id)
        await assertReadOnly(id)
        await docker('stop', '--time', '20', id)
        const state = await docker('inspect', '--format', '{{.State.ExitCode}}', id)
        assert.equal(state, '0', await readLogs(id))
      })

      // Engine and decoder by name, so that a missing package fails here and is not replaced by another.
      for (const [ENGINE, DECODER] of [
        ['onnx', 'sharp'],
        ['wasm', 'wasm'],
        ['wasm', 'jimp'],
      ] as const) {
        it(`holds what the engine ${ENGINE} and the decoder ${DECODER} need`, async () => {
          const { baseUrl } = await start(name, { ENGINE, DECODER })
          await assertClassifies(baseUrl, photo)
        })
      }

      it('takes less than 500 MB', async () => {
        const image = references[name]
        const megabytes = Number(await docker('inspect', '--format', '{{.Size}}', image)) / 1e6
        const history = await docker('history', '--format', '{{.Size}}\t{{.CreatedBy}}', image)
        const layers = history.split('\n').filter((line) => !line.startsWith('0B'))
        console.log([`${megabytes.toFixed(0)} MB`, ...layers].map(indent).join('\n'))
        assert.ok(megabytes < 500, `${megabytes} MB`)
      })
    })
  }

  it('hold the page, of which the functions know nothing', async () => {
    for (const name of NAMES) {
      const { baseUrl } = await start(name)
      const page = await fetch(`${baseUrl}/`)
      const isPage = (await page.text()).startsWith('<!doctype html>')
      assert.equal(isPage, name === 'container', name)
      if (isPage) assert.equal((await fetch(`${baseUrl}/page.js`)).status, 200)
    }
  })

  it('share all layers but the one of their program', async () => {
    const layers: string[][] = []
    for (const name of NAMES) {
      const json = await docker('inspect', '--format', '{{json .RootFS.Layers}}', references[name])
      layers.push((JSON.parse(json) as string[]).slice(0, -1))
    }
    assert.deepEqual(layers[1], layers[0])
    assert.deepEqual(layers[2], layers[0])
  })
})

const indent = (line: string): string => `      ${line}`

const reasonToSkip = (images: string | undefined): string | undefined =>
  images === undefined
    ? 'IMAGES names no images (container=REF,kubeless=REF,openfaas=REF; DOCKER_HOST tells where)'
    : undefined

function toReferences(images: string): Record<Name, string> {
  const given = new Map(images.split(',').map((pair) => pair.split('=', 2) as [string, string]))
  const entries = NAMES.map((name) => {
    const reference = given.get(name)
    assert.ok(reference, `IMAGES has no ${name}=REF: ${images}`)
    return [name, reference] as const
  })
  return Object.fromEntries(entries) as Record<Name, string>
}

async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', args)
  return stdout.trim()
}

async function readLogs(id: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('docker', ['logs', id])
  return stdout + stderr
}

async function untilReady(id: string, baseUrl: string): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS
  for (;;) {
    if (await isReady(baseUrl)) return
    const isRunning = await docker('inspect', '--format', '{{.State.Running}}', id)
    if (isRunning !== 'true' || performance.now() > deadline) {
      throw new Error(`not ready: ${await readLogs(id)}`)
    }
    await sleep(POLL_MS)
  }
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    // Docker's own proxy accepts connections before the program listens; one of those may never be answered.
    const { ok } = await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) })
    return ok
  } catch {
    return false
  }
}

async function assertClassifies(baseUrl: string, photo: FixturePhoto): Promise<void> {
  const { status, body } = await postPhoto(baseUrl, photo.bytes, photo.contentType)
  assert.equal(status, 200, JSON.stringify(body))
  const { label, probabilities } = body as ClassificationBody
  assert.deepEqual(Object.keys(probabilities).sort(), [...LABELS].sort())
  assert.ok(Object.hasOwn(probabilities, label), label)
}

/** Runs JavaScript beside the program: node is the one tool that every base image has. */
const evaluate = (id: string, script: string): Promise<string> =>
  docker('exec', id, 'node', '--print', script)

async function assertUnprivileged(id: string): Promise<void> {
  const status = await evaluate(id, "fs.readFileSync('/proc/1/status', 'utf8')")
  const read = (name: string): string | undefined =>
    new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]
  assert.equal(read('Uid'), '1000\t1000\t1000\t1000')
  assert.equal(read('CapBnd'), '0000000000000000')
  assert.equal(read('NoNewPrivs'), '1')
  // Process 1 gets the signals: no shell in between.
  const command = await evaluate(id, "fs.readFileSync('/proc/1/cmdline', 'utf8').split('\\0')[0]")
  assert.equal(command, 'node')
}

async function assertReadOnly(id: string): Promise<void> {
  for (const folder of ['/app', '/models', '/tmp']) {
    const code = await evaluate(
      id,
      `try { fs.writeFileSync('${folder}/file', ''); 'written' } catch ({ code }) { code }`,
    )
    assert.equal(code, 'EROFS', folder)
  }
}
