import assert from 'node:assert/strict'
import {
  readService,
  ServiceError,
} from '../../../functions/kubeless/serverless-plugin/read-service'
import type { Serverless } from '../../../functions/kubeless/serverless-plugin/serverless'

type Fields = Readonly<Record<string, unknown>>

const toService = (functions: Fields, provider: Fields = {}): Serverless['service'] => ({
  service: 'photos',
  provider: { name: 'kubeless', runtime: 'nodejs20', ...provider },
  functions,
  package: {},
})

const readOne = (own: Fields, provider: Fields = {}) => {
  const { functions } = readService(
    toService({ classify: { handler: 'handler.f', ...own } }, provider),
  )
  return functions[0]!
}

describe('readService', () => {
  it('takes of the provider what a function does not say itself', () => {
    const provider = {
      ...{ timeout: 30, cpu: 2, memorySize: '1Gi', requests: { cpu: '250m' }, hostname: 'a.test' },
      environment: { ENGINE: 'onnx', WORKERS: 2 },
    }
    const own = readOne(
      { environment: { WORKERS: 1 }, memorySize: '512Mi', events: [{ http: {} }] },
      provider,
    )
    assert.equal(own.runtime, 'nodejs20')
    assert.equal(own.timeoutSeconds, '30')
    assert.deepEqual(own.environment, { ENGINE: 'onnx', WORKERS: '1' })
    assert.deepEqual(own.limits, { cpu: '2', memory: '512Mi' })
    assert.deepEqual(own.requests, { cpu: '250m', memory: '512Mi' })
    assert.deepEqual(own.events, [{ kind: 'http', host: 'a.test', path: '/' }])
  })

  it('has defaults for the rest', () => {
    const { timeoutSeconds, port, readinessPath, nodePort, autoscale, limits, requests } = readOne(
      {},
    )
    assert.deepEqual(
      { timeoutSeconds, port, readinessPath, nodePort, autoscale, limits, requests },
      {
        ...{ timeoutSeconds: '180', port: 8080, readinessPath: '/healthz', nodePort: false },
        ...{ autoscale: undefined, limits: {}, requests: {} },
      },
    )
    const { namespace, ingress, rolloutTimeoutSeconds } = readService(toService({}))
    assert.deepEqual(
      { namespace, ingress, rolloutTimeoutSeconds },
      {
        namespace: undefined,
        ingress: { class: 'nginx', annotations: {}, tlsSecret: undefined },
        rolloutTimeoutSeconds: 180,
      },
    )
  })

  it('reads events of every kind', () => {
    const { events } = readOne({
      events: [
        { http: { path: '/a', hostname: 'a.test' } },
        { http: { path: '/b', ingress: true } },
        { trigger: 'photos' },
        { schedule: '*/5 * * * *' },
      ],
    })
    assert.deepEqual(events, [
      { kind: 'http', host: 'a.test', path: '/a' },
      { kind: 'ingress', host: undefined, path: '/b' },
      { kind: 'kafka', topic: 'photos' },
      { kind: 'schedule', schedule: '*/5 * * * *' },
    ])
  })

  it('takes memory without a unit for mebibytes, as serverless-kubeless does', () => {
    assert.equal(readOne({ memorySize: 256 }).limits.memory, '256Mi')
    assert.equal(readOne({ memorySize: '128' }).limits.memory, '128Mi')
  })

  it('takes the longest names that what is made of a function leaves room for', () => {
    for (const [length, own] of [
      [63, {}],
      [53, { nodePort: true }],
      [44, { events: [{ schedule: '* * * * *' }] }],
    ] as const) {
      const name = 'f'.repeat(length)
      const { functions } = readService(toService({ [name]: { handler: 'a.b', ...own } }))
      assert.equal(functions[0]!.name, name)
    }
  })

  it('scales by 80 % of the request from one pod on unless it is told otherwise', () => {
    assert.deepEqual(readOne({ autoscale: { max: 3 } }).autoscale, { min: 1, max: 3, cpu: 80 })
  })

  for (const [name, functions, provider, message] of [
    [
      'a name that DNS does not take',
      { My_Function: {} },
      {},
      /^functions\.My_Function: Kubernetes/,
    ],
    ['no handler', { f: {} }, {}, /^functions\.f\.handler is missing$/],
    [
      'no runtime',
      { f: { handler: 'a.b' } },
      { runtime: undefined },
      /^provider\.runtime is missing$/,
    ],
    [
      'a smallest number of pods above the largest',
      { f: { handler: 'a.b', autoscale: { min: 3, max: 2 } } },
      {},
      /^functions\.f\.autoscale: min is 3, which is more than max, 2$/,
    ],
    [
      'two functions at one address',
      {
        f: { handler: 'a.b', events: [{ http: { path: '/x' } }] },
        g: { handler: 'a.b', events: [{ http: { path: '/x', ingress: true } }] },
      },
      { hostname: 'a.test' },
      /^functions\.f and functions\.g both answer a\.test\/x$/,
    ],
  ] as const) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => readService(toService(functions, provider)),
        (error: unknown) => error instanceof ServiceError && message.test(error.message),
      )
    })
  }
})
