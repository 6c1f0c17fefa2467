import assert from 'node:assert/strict'
import type { HandlerPackage } from '../../../functions/kubeless/serverless-plugin/handler-package'
import type {
  FunctionPlan,
  ServicePlan,
} from '../../../functions/kubeless/serverless-plugin/read-service'
import {
  REVISION_ANNOTATION,
  revisionOf,
} from '../../../functions/kubeless/serverless-plugin/kubernetes-object'
import type {
  KubernetesObject,
  ObjectsOptions,
} from '../../../functions/kubeless/serverless-plugin/kubernetes-object'
import { toObjects } from '../../../functions/kubeless/serverless-plugin/to-objects'

const HANDLER: HandlerPackage = {
  base64: 'UEs=',
  checksum: `sha256:${'0'.repeat(64)}`,
  dependencies: '{}',
}
const OWN: FunctionPlan = {
  ...{ name: 'classify', handler: 'handler.classify', runtime: 'nodejs20', description: 'photos' },
  ...{ timeoutSeconds: '30', environment: { ENGINE: 'onnx' }, labels: { team: 'a' }, port: 8080 },
  limits: { cpu: '2', memory: '1Gi' },
  requests: { cpu: '250m', memory: '256Mi' },
  ...{ readinessPath: '/readyz', nodePort: false, autoscale: undefined, events: [] },
}
const PLAN: ServicePlan = {
  ...{ service: 'photos', namespace: 'there', rolloutTimeoutSeconds: 1, functions: [] },
  ingress: { class: 'nginx', annotations: { a: 'b' }, tlsSecret: undefined },
}

const make = (
  own: Partial<FunctionPlan> = {},
  {
    ingress = PLAN.ingress,
    autoscalingVersion = 'v2',
  }: Partial<Pick<ServicePlan, 'ingress'> & Pick<ObjectsOptions, 'autoscalingVersion'>> = {},
  handler = HANDLER,
): readonly KubernetesObject[] =>
  toObjects({ ...OWN, ...own }, handler, {
    ...{ plan: { ...PLAN, ingress }, namespace: 'there', autoscalingVersion },
  })

/** The last object, which is none of the function's own. */
const makeLast = (...args: Parameters<typeof make>): KubernetesObject => make(...args).at(-1)!

describe('toObjects', () => {
  it('makes a Function with its zip, limits, variables and probes', () => {
    const [made, ...others] = make()
    assert.deepEqual(others, [])
    const { apiVersion, kind, metadata, spec } = made!
    assert.deepEqual([apiVersion, kind], ['kubeless.io/v1beta1', 'Function'])
    assert.deepEqual([metadata.name, metadata.namespace], ['classify', 'there'])
    assert.deepEqual(metadata.labels, {
      ...{
        team: 'a',
        'created-by': 'kubeless',
        function: 'classify',
        'serverless-service': 'photos',
      },
    })
    const { deployment, service, ...fields } = spec as Readonly<Record<string, unknown>>
    assert.deepEqual(fields, {
      ...{ handler: 'handler.classify', runtime: 'nodejs20', timeout: '30', deps: '{}' },
      ...{ function: HANDLER.base64, 'function-content-type': 'base64+zip' },
      checksum: HANDLER.checksum,
    })
    const { type, selector } = service as { type: string; selector: object }
    assert.deepEqual([type, selector], ['ClusterIP', { function: 'classify' }])
    const { containers, securityContext } = (
      deployment as {
        spec: {
          template: { spec: { containers: Record<string, unknown>[]; securityContext: object } }
        }
      }
    ).spec.template.spec
    assert.deepEqual(securityContext, {
      ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
    })
    const [container] = containers
    assert.deepEqual(container!['env'], [{ name: 'ENGINE', value: 'onnx' }])
    assert.deepEqual(container!['resources'], { limits: OWN.limits, requests: OWN.requests })
    assert.deepEqual(container!['securityContext'], {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    const { httpGet } = container!['readinessProbe'] as { httpGet: object }
    assert.deepEqual(httpGet, { path: '/readyz', port: 8080 })
  })

  it('gives the same revision to the same function, and another to any other', () => {
    const revision = revisionOf(make()[0]!)
    assert.match(revision, /^[0-9a-f]{16}$/)
    assert.equal(make()[0]!.metadata.annotations?.[REVISION_ANNOTATION], revision)
    const others = [
      make({ environment: { ENGINE: 'wasm' } }),
      make({ limits: { cpu: '1' } }),
      make({}, {}, { ...HANDLER, checksum: `sha256:${'1'.repeat(64)}` }),
    ].map(([made]) => revisionOf(made!))
    assert.equal(new Set([revision, ...others]).size, 4)
  })

  it('makes an HTTPTrigger, whose path Kubeless begins with a slash', () => {
    const trigger = makeLast({ events: [{ kind: 'http', host: 'a.test', path: '/photos' }] })
    assert.deepEqual([trigger.kind, trigger.metadata.name], ['HTTPTrigger', 'classify'])
    // For the Ingress that Kubeless makes of it.
    assert.deepEqual(trigger.metadata.annotations, {
      'kubernetes.io/ingress.class': 'nginx',
      a: 'b',
    })
    assert.deepEqual(trigger['spec'], {
      ...{ 'function-name': 'classify', 'host-name': 'a.test', path: 'photos', gateway: 'nginx' },
    })
  })

  it('makes an Ingress', () => {
    const ingress = makeLast({ events: [{ kind: 'ingress', host: 'a.test', path: '/' }] })
    assert.equal(ingress.apiVersion, 'networking.k8s.io/v1')
    assert.equal(ingress.metadata.name, 'classify-ingress')
    assert.deepEqual(ingress.metadata.annotations, { a: 'b' })
    const backend = { service: { name: 'classify', port: { number: 8080 } } }
    assert.deepEqual(ingress['spec'], {
      ingressClassName: 'nginx',
      rules: [{ host: 'a.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    })
  })

  it('asks for TLS where there is a secret', () => {
    const ingress = { ...PLAN.ingress, tlsSecret: 'cert' }
    const events = [{ kind: 'ingress', host: 'a.test', path: '/' }] as const
    const { tls } = makeLast({ events }, { ingress })['spec'] as { tls: object }
    assert.deepEqual(tls, [{ hosts: ['a.test'], secretName: 'cert' }])
    const http = [{ kind: 'http', host: 'a.test', path: '/' }] as const
    const spec = makeLast({ events: http }, { ingress })['spec'] as Record<string, unknown>
    assert.equal(spec['tls-secret'], 'cert')
  })

  it('makes triggers of Kafka and of time', () => {
    const kafka = makeLast({ events: [{ kind: 'kafka', topic: 'Photos_1' }] })
    assert.match(kafka.metadata.name, /^classify-[0-9a-f]{8}$/)
    assert.deepEqual(kafka['spec'], {
      topic: 'Photos_1',
      functionSelector: { matchLabels: { 'created-by': 'kubeless', function: 'classify' } },
    })
    const cron = makeLast({ events: [{ kind: 'schedule', schedule: '0 * * * *' }] })
    assert.equal(cron.kind, 'CronJobTrigger')
    assert.deepEqual(cron['spec'], { 'function-name': 'classify', schedule: '0 * * * *' })
  })

  it('calls several of a kind differently', () => {
    const events = ['/a', '/b'].map((path) => ({ kind: 'http', host: undefined, path }) as const)
    const [, ...triggers] = make({ events })
    assert.deepEqual(
      triggers.map(({ metadata }) => metadata.name),
      ['classify', 'classify-2'],
    )
  })

  for (const autoscalingVersion of ['v2', 'v2beta2'] as const) {
    it(`makes an autoscaler of ${autoscalingVersion}, patient in going down`, () => {
      const autoscale = { min: 1, max: 4, cpu: 80 }
      const made = makeLast({ autoscale }, { autoscalingVersion })
      assert.equal(made.apiVersion, `autoscaling/${autoscalingVersion}`)
      const spec = made['spec'] as Record<string, unknown>
      assert.deepEqual([spec['minReplicas'], spec['maxReplicas']], [1, 4])
      assert.deepEqual(spec['scaleTargetRef'], {
        ...{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'classify' },
      })
      assert.deepEqual(spec['behavior'], {
        scaleUp: { stabilizationWindowSeconds: 60 },
        scaleDown: { stabilizationWindowSeconds: 600 },
      })
    })
  }

  it('makes a Service on a port that the cluster chooses, beside that of Kubeless', () => {
    const made = makeLast({ nodePort: true })
    assert.deepEqual([made.kind, made.metadata.name], ['Service', 'classify-node-port'])
    const { type, ports } = made['spec'] as { type: string; ports: readonly object[] }
    assert.equal(type, 'NodePort')
    assert.ok(ports.every((port) => !('nodePort' in port)))
  })

  it('labels all of it, so that it is found again', () => {
    const all = make({
      events: [
        { kind: 'http', host: 'a.test', path: '/' },
        { kind: 'ingress', host: 'b.test', path: '/' },
        { kind: 'kafka', topic: 'photos' },
        { kind: 'schedule', schedule: '0 * * * *' },
      ],
      ...{ nodePort: true, autoscale: { min: 1, max: 2, cpu: 80 } },
    })
    assert.equal(all.length, 7)
    for (const { metadata } of all) assert.equal(metadata.labels['serverless-service'], 'photos')
    const names = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    assert.equal(new Set(names).size, 7)
  })
})
