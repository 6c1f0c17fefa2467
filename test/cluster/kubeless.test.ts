import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goodPhotos } from '../fixtures/good-photos'
import { postPhoto } from '../helpers/wire'
import type { Answer } from '../helpers/wire'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { itKeepsAnswering, listPods } from './helpers/keeps-answering'
import type { Pod } from './helpers/keeps-answering'
import { listLeft } from './helpers/list-left'
import { useNamespace } from './helpers/namespace'
import { assertAnswersAsHere } from './helpers/same-answers'
import { NAME, serverless, writeService, writeZip } from './helpers/serverless'
import type { ServiceFile } from './helpers/serverless'
import { until } from './helpers/until'

const SELECTOR = `function=${NAME}`
const AUTOSCALER = `${NAME}-autoscaler`
const NODE_PORT_SERVICE = `${NAME}-node-port`

interface FunctionPod extends Pod {
  readonly spec: {
    readonly containers: readonly {
      readonly env: readonly { readonly name: string; readonly value?: string }[]
      readonly resources: object
      readonly securityContext: object
    }[]
    readonly securityContext: object
  }
}

interface Autoscaler {
  readonly spec: {
    readonly scaleTargetRef: object
    readonly minReplicas: number
    readonly maxReplicas: number
  }
  readonly status?: {
    readonly currentMetrics?: readonly {
      readonly resource: { readonly current: { readonly averageUtilization: number } }
    }[]
  }
}

describe('the function on Kubeless', function () {
  this.timeout(300_000)
  const namespace = useNamespace('kubeless', 'photo-function-test')
  const folder = useTemporaryFolder()
  let photo: Uint8Array
  let url = ''

  const deploy = async (cwd?: string) => {
    const ended = await serverless(namespace().kubeconfig, ['deploy'], cwd)
    assert.equal(ended.code, 0, ended.stdout + ended.stderr)
    return ended.stdout + ended.stderr
  }
  const deployChanged = async (change: (service: ServiceFile) => void) => {
    await writeService(folder(), change)
    return deploy(folder())
  }
  before(async () => {
    photo = (await goodPhotos())[0]!.bytes
  })

  it('is deployed by one command, which waits until it runs', async () => {
    const said = await deploy()
    for (const line of [
      ...[`applied Function ${NAME}`, `applied HTTPTrigger ${NAME}`],
      ...[`applied HorizontalPodAutoscaler ${AUTOSCALER}`, `applied Service ${NODE_PORT_SERVICE}`],
      `${NAME} is rolled out, 1 pod ready`,
    ]) {
      assert.ok(said.includes(line), `${line}:\n${said}`)
    }
    url = await namespace().urlOf(NODE_PORT_SERVICE)
  })

  it('answers every photo, good or bad, as a process on this machine does', () =>
    assertAnswersAsHere(url))

  it('runs with the CPU, memory, variables and rights of serverless.yml', async () => {
    const [pod] = await listPods<FunctionPod>(namespace(), SELECTOR)
    const { env, resources, securityContext } = pod!.spec.containers[0]!
    assert.deepEqual(resources, {
      limits: { cpu: '2', memory: '1Gi' },
      requests: { cpu: '250m', memory: '256Mi' },
    })
    assert.ok(env.some(({ name, value }) => name === 'STOP_DELAY_MS' && value === '5000'))
    assert.deepEqual(securityContext, {
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ['ALL'] },
    })
    assert.deepEqual(pod!.spec.securityContext, {
      ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
      seccompProfile: { type: 'RuntimeDefault' },
    })
  })

  it('is reached from outside by its host and path', async () => {
    const { spec } = await namespace().get<{ readonly spec: Readonly<Record<string, unknown>> }>(
      'httptrigger',
      NAME,
    )
    assert.equal(spec['function-name'], NAME)
    assert.equal(spec['host-name'], 'function.photo-twin.test')
    assert.equal(spec['path'], '')
    // What Kubeless makes of it.
    const ingress = await until('the Ingress', () =>
      namespace().get<{ readonly spec: { readonly rules: readonly object[] } }>('ingress', NAME),
    )
    assert.match(JSON.stringify(ingress.spec.rules), /"host":"function\.photo-twin\.test"/)
  })

  it('has an autoscaler that Kubeless leaves alone, and that sees its CPU', async () => {
    const { spec, status } = await until('a measurement', async () => {
      const autoscaler = await namespace().get<Autoscaler>(
        'horizontalpodautoscalers.v2beta2.autoscaling',
        AUTOSCALER,
      )
      return autoscaler.status?.currentMetrics ? autoscaler : undefined
    })
    assert.deepEqual(spec.scaleTargetRef, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', name: NAME },
    })
    assert.deepEqual([spec.minReplicas, spec.maxReplicas], [1, 4])
    assert.equal(typeof status?.currentMetrics?.[0]?.resource.current.averageUtilization, 'number')
  })

  it('is told of, called and listened to by info, invoke and logs', async () => {
    const { kubeconfig } = namespace()
    const info = await serverless(kubeconfig, ['info'])
    assert.match(
      info.stdout,
      new RegExp(`^${NAME}: handler\\.classify on nodejs20, 1 of 1 pods`, 'm'),
    )
    assert.ok(info.stdout.includes(`port     ${new URL(url).port} of every node`), info.stdout)
    const file = join(folder(), 'photo.jpg')
    await writeFile(file, photo)
    const invoked = await serverless(kubeconfig, ['invoke', '--function', NAME, '--path', file])
    assert.equal(invoked.code, 0, invoked.stderr)
    const { body } = await postPhoto(url, photo)
    const { label } = body as { readonly label: string }
    assert.equal((JSON.parse(invoked.stdout) as { readonly label: string }).label, label)
    const refused = await serverless(kubeconfig, [
      'invoke',
      '--function',
      NAME,
      '--data',
      'no photo',
    ])
    assert.notEqual(refused.code, 0)
    assert.match(refused.stdout + refused.stderr, /answers 415: .*UNSUPPORTED_PHOTO/)
    const logs = await serverless(kubeconfig, ['logs', '--function', NAME])
    // Of the last lines, the one on the call just refused.
    assert.match(logs.stdout, /"status":415,.*"msg":"answered"/)
  })

  it('is left alone when it is deployed once more', async () => {
    const before = await listPods<FunctionPod>(namespace(), SELECTOR)
    await deploy()
    const after = await listPods<FunctionPod>(namespace(), SELECTOR)
    assert.deepEqual(
      after.map(({ metadata }) => metadata.uid),
      before.map(({ metadata }) => metadata.uid),
    )
  })

  it('takes another configuration, and its own again', async () => {
    await deployChanged(({ functions }) => (functions[NAME].environment['MAX_BATCH'] = '3'))
    assert.equal(
      await namespace().kubectl('get', 'hpa', '--output', 'name'),
      `horizontalpodautoscaler.autoscaling/${AUTOSCALER}`,
    )
    const [pod, ...others] = await listPods<FunctionPod>(namespace(), SELECTOR)
    assert.deepEqual(others, [])
    const { env } = pod!.spec.containers[0]!
    assert.ok(env.some(({ name, value }) => name === 'MAX_BATCH' && value === '3'))
    await deploy()
    const [again] = await listPods<FunctionPod>(namespace(), SELECTOR)
    assert.ok(!again!.spec.containers[0]!.env.some(({ name }) => name === 'MAX_BATCH'))
  })

  it('takes another handler without another image', async () => {
    const zip = join(folder(), 'other.zip')
    await writeZip(zip, "exports.classify = () => 'another handler'")
    const change = (service: ServiceFile) => (service.functions[NAME].package.artifact = zip)
    await deployChanged(change)
    // A connection that is kept leads to the old pod, which goes on answering for a while.
    const untilAnswered = (isWanted: (answer: Answer) => boolean) =>
      until('the handler', async () => isWanted(await postPhoto(url, photo)) || undefined)
    await untilAnswered(({ status, body }) => status === 200 && body === 'another handler')
    await deploy()
    await untilAnswered(({ status, body }) => status === 200 && typeof body === 'object')
  })

  itKeepsAnswering({
    ...{ namespace, deployment: NAME, selector: SELECTOR, url: () => url, photo: () => photo },
    rollOutAnew: () =>
      deployChanged(({ functions }) => (functions[NAME].environment['MAX_BATCH'] = '5')),
  })

  it('is removed with all that belongs to it', async () => {
    const removed = await serverless(namespace().kubeconfig, ['remove'])
    assert.equal(removed.code, 0, removed.stdout + removed.stderr)
    assert.deepEqual(await listLeft(namespace()), [])
  })
})
