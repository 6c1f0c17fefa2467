import assert from 'node:assert/strict'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goodPhotos } from '../fixtures/good-photos'
import { skipUnless } from '../helpers/optional'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { useNamespace } from './helpers/namespace'
import { NAME, serverless, writeService } from './helpers/serverless'

/** A folder in which `npm install serverless-kubeless@0.4.4 osls@3` was run: osls 4 refuses its options. */
const UPSTREAM = process.env['UPSTREAM_PLUGIN']

interface FunctionSpec {
  readonly spec: {
    readonly deps: string
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
    await writeService(folder(), (service) => {
      service['plugins'] = ['serverless-kubeless']
      // It does not look at the kubeconfig's.
      service.provider['namespace'] = namespace().name
    })
  })

  it('deploys the function', async () => {
    const { code, stdout, stderr } = await serverless(
      ...([namespace().kubeconfig, ['deploy'], folder(), UPSTREAM] as const),
    )
    assert.equal(code, 0, stdout + stderr)
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
    const { spec } = await namespace().get<FunctionSpec>('function', NAME)
    const { env, resources } = spec.deployment?.spec.template.spec.containers[0] ?? {}
    assert.deepEqual(resources, { limits: { memory: '1Gi' }, requests: { memory: '1Gi' } })
    assert.ok(env?.some(({ name }) => name === 'STOP_DELAY_MS'))
    const left = await namespace().kubectl(
      ...['get', 'horizontalpodautoscalers,services,ingresses,httptriggers', '--output', 'name'],
    )
    // No Ingress, as the path is / and the host is that of the provider.
    assert.equal(left, `service/${NAME}`)
  })

  it('removes what it made', async () => {
    const { code, stdout, stderr } = await serverless(
      ...([namespace().kubeconfig, ['remove'], folder(), UPSTREAM] as const),
    )
    assert.equal(code, 0, stdout + stderr)
  })
})
