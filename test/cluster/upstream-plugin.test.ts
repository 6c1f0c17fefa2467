import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goodPhotos } from '../fixtures/good-photos'
import { skipUnless } from '../helpers/optional'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { listLeft } from './helpers/list-left'
import { useNamespace } from './helpers/namespace'
import { NAME, serverless, writeService, writeZip } from './helpers/serverless'
import type { ServiceFile } from './helpers/serverless'
import { until } from './helpers/until'

const ROOT = join(__dirname, '../..')
/** A folder in which `npm install serverless-kubeless@0.4.4 osls@3` was run: osls 4 refuses its options. */
const UPSTREAM = process.env['UPSTREAM_PLUGIN']

interface FunctionObject {
  readonly spec: {
    /** The zip. */
    readonly function: string
    readonly deployment?: {
      readonly spec: { readonly template: { readonly spec: { readonly containers: Container[] } } }
    }
  }
}
interface Container {
  readonly env?: readonly { readonly name: string }[]
  readonly resources?: object
}

describe('serverless.yml with serverless-kubeless 0.4.4 in place of our plugin', function () {
  this.timeout(300_000)
  const namespace = useNamespace('kubeless', 'photo-upstream-test')
  const folder = useTemporaryFolder()

  before(async function () {
    skipUnless(this, UPSTREAM === undefined ? 'UPSTREAM_PLUGIN names no folder' : undefined)
    await symlink(join(UPSTREAM ?? '', 'node_modules'), join(folder(), 'node_modules'))
  })

  async function upstream(...args: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await serverless(
      ...([namespace().kubeconfig, args, folder(), UPSTREAM] as const),
    )
    assert.equal(code, 0, stdout + stderr)
  }
  async function write(change: (service: ServiceFile) => void = () => undefined): Promise<void> {
    await writeService(folder(), (service) => {
      service['plugins'] = ['serverless-kubeless']
      // It does not look at the kubeconfig's.
      service.provider['namespace'] = namespace().name
      // It requests what is the limit: of 1Gi, a node of 2 GB has no room for an old pod and a new one.
      service.provider['memorySize'] = '512Mi'
      service.functions[NAME].events.push({ trigger: 'photos' }, { schedule: '0 0 1 1 *' })
      change(service)
    })
  }
  const readFunction = () => namespace().get<FunctionObject>('function', NAME)

  it('deploys serverless.yml as it is but for the plugin, and removes it', async () => {
    const own = join(folder(), 'as-it-is/functions/kubeless')
    await mkdir(own, { recursive: true })
    await symlink(join(ROOT, 'dist'), join(folder(), 'as-it-is/dist'))
    await symlink(join(UPSTREAM ?? '', 'node_modules'), join(own, 'node_modules'))
    const text = await readFile(join(ROOT, 'functions/kubeless/serverless.yml'), 'utf8')
    const changed = text.replace('- ./serverless-plugin', '- serverless-kubeless')
    assert.notEqual(changed, text)
    await writeFile(join(own, 'serverless.yml'), changed)
    const { kubeconfig, kubectl, tryKubectl } = namespace()
    // Which it takes whatever the kubeconfig says.
    const inDefault = ['--namespace', 'default']
    try {
      const { code, stdout, stderr } = await serverless(kubeconfig, ['deploy'], own, UPSTREAM)
      assert.equal(code, 0, stdout + stderr)
      const status = ['rollout', 'status', `deployment/${NAME}`, '--timeout', '90s']
      await kubectl(...inDefault, ...status)
      const made = JSON.parse(
        await kubectl(...inDefault, 'get', 'function', NAME, '--output', 'json'),
      ) as FunctionObject
      assert.deepEqual(containerOf(made).resources, {
        ...{ limits: { memory: '1Gi' }, requests: { memory: '1Gi' } },
      })
      const removed = await serverless(kubeconfig, ['remove'], own, UPSTREAM)
      assert.equal(removed.code, 0, removed.stdout + removed.stderr)
      await until('it to be gone', async () => {
        const kinds = 'functions,deployments'
        return (await kubectl(...inDefault, 'get', kinds, '--output', 'name')) === '' || undefined
      })
    } finally {
      await tryKubectl(...inDefault, 'delete', `function/${NAME}`, '--ignore-not-found')
    }
  })

  it('deploys the function', async () => {
    await write()
    await upstream('deploy')
    await namespace().kubectl('rollout', 'status', `deployment/${NAME}`, '--timeout', '90s')
  })

  it('answers a photo', async () => {
    const file = join(folder(), 'photo.jpg')
    await writeFile(file, (await goodPhotos())[0]!.bytes)
    const { kubeconfig } = namespace()
    // Its own takes text only.
    const { stdout } = await serverless(kubeconfig, ['invoke', '--function', NAME, '--path', file])
    assert.equal(typeof (JSON.parse(stdout) as { readonly label: unknown }).label, 'string')
  })

  it('leaves out CPU, triggers of HTTP, autoscaler and port', async () => {
    const { env, resources } = containerOf(await readFunction())
    assert.deepEqual(resources, { limits: { memory: '512Mi' }, requests: { memory: '512Mi' } })
    assert.ok(env?.some(({ name }) => name === 'STOP_DELAY_MS'))
    const left = await namespace().kubectl(
      ...[
        'get',
        'horizontalpodautoscalers,services,ingresses,httptriggers,kafkatriggers,cronjobtriggers',
      ],
      ...['--output', 'name'],
    )
    // No Ingress, as the path is / and the host is that of the provider.
    assert.deepEqual(left.split('\n'), [
      `service/${NAME}`,
      `kafkatrigger.kubeless.io/${NAME}-photos`,
      `cronjobtrigger.kubeless.io/${NAME}`,
    ])
  })

  it('leaves a function alone that is there already, unless --force', async () => {
    const isChanged = async () =>
      containerOf(await readFunction()).env?.some(({ name }) => name === 'MAX_BATCH')
    await write(({ functions }) => (functions[NAME].environment['MAX_BATCH'] = '3'))
    await upstream('deploy')
    assert.equal(await isChanged(), false)
    await upstream('deploy', '--force')
    assert.equal(await isChanged(), true)
  })

  it('damages a zip of more than 64 KiB', async () => {
    const zip = join(folder(), 'large.zip')
    // That cannot be packed.
    const large = `exports.classify = () => '${randomBytes(100_000).toString('base64')}'`
    await writeZip(zip, large)
    await write(({ functions }) => (functions[NAME].package.artifact = zip))
    const before = (await readFunction()).spec.function
    // It would wait for ever for a function that cannot start.
    const ending = new AbortController()
    const args = ['deploy', '--force']
    const { kubeconfig } = namespace()
    const deploying = serverless(kubeconfig, args, folder(), UPSTREAM, ending.signal)
    try {
      const arrived = await until('the zip to arrive', async () => {
        const { spec } = await readFunction()
        return spec.function === before ? undefined : spec.function
      })
      assert.notDeepEqual(Buffer.from(arrived, 'base64'), await readFile(zip))
    } finally {
      ending.abort()
      await deploying
    }
  })

  it('removes what it made, but for the CronJob of a schedule', async () => {
    await upstream('remove')
    const expected = `cronjob.batch/trigger-${NAME}`
    await until('the rest to go', async () => {
      const left = await listLeft(namespace())
      return left.join() === expected || undefined
    })
  })
})

const containerOf = ({ spec }: FunctionObject): Container =>
  spec.deployment?.spec.template.spec.containers[0] ?? {}
