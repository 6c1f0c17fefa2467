import assert from 'node:assert/strict'
import type { Cluster } from '../../../functions/kubeless/serverless-plugin/cluster'
import { untilRouted } from '../../../functions/kubeless/serverless-plugin/deploy'
import type { KubernetesObject } from '../../../functions/kubeless/serverless-plugin/kubernetes-object'

const TRIGGER: KubernetesObject = {
  ...{ apiVersion: 'kubeless.io/v1beta1', kind: 'HTTPTrigger' },
  metadata: { name: 'classify', namespace: 'there', labels: {} },
  spec: {},
}

/** A cluster whose Kubeless makes an Ingress of every so manieth trigger. */
function openStub(routedAt: number): { readonly cluster: Cluster; readonly done: string[] } {
  const done: string[] = []
  let applied = 1
  const notAsked = () => Promise.reject(new Error('is not asked'))
  const cluster: Cluster = {
    ...{ namespace: 'there', server: 'https://stub', list: notAsked, send: notAsked },
    apply({ kind }) {
      applied++
      done.push(`applied ${kind}`)
      return Promise.resolve()
    },
    read: <T>({ kind }: { readonly kind: string }) =>
      Promise.resolve(kind === 'Ingress' && applied >= routedAt ? ({} as T) : undefined),
    remove({ kind }) {
      done.push(`removed ${kind}`)
      return Promise.resolve()
    },
  }
  return { cluster, done }
}

// That it is made anew on a cluster, and routed then, is shown in test/cluster/.
describe('untilRouted', () => {
  const said: string[] = []
  const options = { say: (line: string) => said.push(line), waitMs: 1 }
  beforeEach(() => said.splice(0))

  it('leaves a HTTPTrigger alone that has its Ingress', async () => {
    const { cluster, done } = openStub(1)
    await untilRouted(cluster, TRIGGER, options)
    assert.deepEqual([done, said], [[], []])
  })

  it('makes a HTTPTrigger without an Ingress anew, and says so', async () => {
    const { cluster, done } = openStub(2)
    await untilRouted(cluster, TRIGGER, options)
    assert.deepEqual(done, ['removed HTTPTrigger', 'applied HTTPTrigger'])
    assert.deepEqual(said, ['Kubeless made no Ingress of HTTPTrigger classify, which is made anew'])
  })

  it('says where to look when that does not help', async () => {
    const { cluster, done } = openStub(3)
    await assert.rejects(
      untilRouted(cluster, TRIGGER, options),
      /^ClusterError: HTTPTrigger classify in there: .* log of its controller/,
    )
    assert.deepEqual(done, ['removed HTTPTrigger', 'applied HTTPTrigger'])
  })
})
