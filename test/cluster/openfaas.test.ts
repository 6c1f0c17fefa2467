import assert from 'node:assert/strict'
import { join } from 'node:path'
import { useNamespace } from './helpers/namespace'
import { assertAnswersAsHere } from './helpers/same-answers'
import { until } from './helpers/until'

const KUSTOMIZATION = join(__dirname, '../../functions/openfaas/kubernetes')
const NAME = 'photo-twin-openfaas'

describe('a pod of OpenFaaS’ contract on Kubernetes', function () {
  this.timeout(300_000)
  const namespace = useNamespace('kubernetes', 'photo-openfaas-test')

  it('is deployed by one command, and answers every photo as a process on this machine does', async () => {
    const { kubectl, urlOf } = namespace()
    await kubectl('apply', '--kustomize', KUSTOMIZATION)
    await kubectl('rollout', 'status', `deployment/${NAME}`, '--timeout', '120s')
    await assertAnswersAsHere(await urlOf(NAME, '/_/ready'))
  })

  it('gets what its twins get', async () => {
    const { kubectl } = namespace()
    const field = '{.spec.template.spec.containers[0].resources}'
    const said = await kubectl('get', 'deployment', NAME, '--output', `jsonpath=${field}`)
    assert.deepEqual(JSON.parse(said), {
      limits: { cpu: '2', memory: '1Gi' },
      requests: { cpu: '250m', memory: '256Mi' },
    })
  })

  it('is removed with all that belongs to it', async () => {
    await namespace().kubectl('delete', '--kustomize', KUSTOMIZATION, '--timeout', '90s')
    await until('it to be gone', async () => {
      const kinds = 'deployments,replicasets,pods,services,networkpolicies'
      return (await namespace().kubectl('get', kinds, '--output', 'name')) === '' || undefined
    })
  })
})
