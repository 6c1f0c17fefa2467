import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { skipUnless } from '../helpers/optional'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { useNamespace } from './helpers/namespace'
import { serverless, writeService } from './helpers/serverless'

/** A folder in which `npm install serverless-kubeless@0.4.4` was run. */
const UPSTREAM = process.env['UPSTREAM_PLUGIN']
const NAME = 'photo-function'

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
    const { code, stdout, stderr } = await serverless(namespace().kubeconfig, ['deploy'], folder())
    assert.equal(code, 0, stdout + stderr)
    await namespace().kubectl('rollout', 'status', `deployment/${NAME}`, '--timeout', '90s')
  })

  it('leaves out CPU, the variables of the provider, autoscaler and port', async () => {
    const { spec } = await namespace().get<FunctionSpec>('function', NAME)
    const { env, resources } = spec.deployment?.spec.template.spec.containers[0] ?? {}
    assert.deepEqual(resources, { limits: { memory: '1Gi' }, requests: { memory: '1Gi' } })
    assert.equal(env, undefined)
    const left = await namespace().kubectl(
      ...['get', 'horizontalpodautoscalers,services,ingresses,httptriggers', '--output', 'name'],
    )
    assert.deepEqual(left.split('\n').sort(), [
      'ingress.networking.k8s.io/photo-twin',
      `service/${NAME}`,
    ])
  })

  it('removes what it made', async () => {
    const { code, stdout, stderr } = await serverless(namespace().kubeconfig, ['remove'], folder())
    assert.equal(code, 0, stdout + stderr)
  })
})
